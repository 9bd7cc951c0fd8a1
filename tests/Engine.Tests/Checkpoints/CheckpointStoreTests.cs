using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Files;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Data;
using CifarFast.Engine.Tests.Execution;
using CifarFast.Engine.Tests.Training;
using CifarFast.Engine.Training;

namespace CifarFast.Engine.Tests.Checkpoints;

/// <summary>Which checkpoint is where, whatever happens while one is written.</summary>
public sealed class CheckpointStoreTests : IDisposable
{
    private static readonly Dictionary<string, string> _noMetadata = [];

    private readonly TemporaryDirectory _temporary = new();
    private readonly CheckpointStore _store;
    private readonly Network _network;
    private readonly TrainingSession _session;

    public CheckpointStoreTests()
    {
        _store = new CheckpointStore(_temporary.Below("checkpoints"));
        _network = new Network(
            new Architecture("linear", new Shape(3, 32, 32), new Flatten(), new Linear(3072, 10)), ExecutionPaths.Options(SimdTiers.Best.Name()), batchSize: 40, seed: 1);
        _session = new TrainingSession(_network, new TrainingData(TrainingFixture.Images.Train), new Recipe { BatchSize = 40, Epochs = 1000 });
    }

    public void Dispose()
    {
        _store.Dispose();
        _network.Dispose();
        _temporary.Dispose();
    }

    [Fact]
    [Trait("Emulated", "yes")]
    public void Keeps_the_last_the_one_before_and_the_best()
    {
        Assert.False(_store.HasAny);
        TrainAndSave(step: 2, isBest: true);
        TrainAndSave(step: 3, isBest: false);
        TrainAndSave(step: 4, isBest: false);
        Assert.True(_store.HasAny);
        Assert.Equal((4, 3, 2), (StepOf(_store.LastPath), StepOf(_store.PreviousPath), StepOf(_store.BestPath)));
        Assert.Equal(4, _store.ReadLast(out CheckpointException? damage).State.Step);
        Assert.Null(damage);
    }

    [Fact]
    public void A_checkpoint_that_cannot_be_written_leaves_those_before_and_is_told()
    {
        TrainAndSave(step: 1, isBest: false);
        TrainAndSave(step: 2, isBest: false);
        Block(_store.LastPath);
        TrainTo(3);
        _store.Save(_session, _noMetadata, isBest: false);
        _store.Flush();
        Assert.NotNull(_store.Failure);
        Assert.Equal((2, 1), (StepOf(_store.LastPath), StepOf(_store.PreviousPath)));

        Unblock(_store.LastPath);
        TrainAndSave(step: 4, isBest: false);
        Assert.Equal((4, 2), (StepOf(_store.LastPath), StepOf(_store.PreviousPath)));
    }

    [Fact]
    public void A_best_one_that_could_not_be_written_is_written_with_the_next()
    {
        TrainAndSave(step: 1, isBest: true);
        Block(_store.BestPath);
        foreach (int step in new[] { 2, 3 })
        {
            TrainTo(step);
            _store.Save(_session, _noMetadata, isBest: step == 2);
            _store.Flush();
            Assert.NotNull(_store.Failure);
            Assert.Equal(1, StepOf(_store.BestPath));
        }

        Unblock(_store.BestPath);
        TrainAndSave(step: 4, isBest: false);
        Assert.Equal((4, 2), (StepOf(_store.LastPath), StepOf(_store.BestPath)));
    }

    [Fact]
    public void Numbers_that_are_no_longer_finite_are_not_saved()
    {
        TrainAndSave(step: 1, isBest: false);
        _network.Values.Span[5] = float.NaN;
        _store.Save(_session, _noMetadata, isBest: true);
        _store.Flush();
        Assert.Equal(1, StepOf(_store.LastPath));
        Assert.False(File.Exists(_store.BestPath));
    }

    [Fact]
    public void A_damaged_last_one_is_passed_over_and_never_pushes_out_the_one_before()
    {
        TrainAndSave(step: 1, isBest: false);
        TrainAndSave(step: 2, isBest: false);
        byte[] damaged = File.ReadAllBytes(_store.LastPath)[..^1];
        File.WriteAllBytes(_store.LastPath, damaged);
        File.WriteAllText(_store.LastPath + DurableFile.TemporarySuffix, "left behind");

        Checkpoint before = _store.ReadLast(out CheckpointException? damage);
        Assert.Equal(1, before.State.Step);
        Assert.Contains(_store.LastPath, damage!.Message);

        _store.Continue(before);
        Assert.False(File.Exists(_store.LastPath));
        Assert.Equal(1, StepOf(_store.PreviousPath));
        Assert.Equal(
            ["damaged.safetensors", "previous.safetensors"], Directory.GetFiles(_temporary.Below("checkpoints")).Select(Path.GetFileName).Order());
        TrainAndSave(step: 3, isBest: false);
        Assert.Equal((3, 1), (StepOf(_store.LastPath), StepOf(_store.PreviousPath)));
    }

    [Fact]
    public void Between_two_renames_the_one_before_is_the_last()
    {
        TrainAndSave(step: 1, isBest: false);
        File.Move(_store.LastPath, _store.PreviousPath);
        Assert.Equal(1, _store.ReadLast(out CheckpointException? damage).State.Step);
        Assert.Null(damage);
    }

    [Fact]
    public void The_best_one_stands_in_for_want_of_others()
    {
        TrainAndSave(step: 1, isBest: true);
        TrainAndSave(step: 2, isBest: false);
        TrainAndSave(step: 3, isBest: false);
        File.WriteAllBytes(_store.LastPath, []);
        File.WriteAllBytes(_store.PreviousPath, [1, 2, 3]);
        Checkpoint best = _store.ReadLast(out CheckpointException? damage);
        Assert.Equal((1, _store.BestPath), (best.State.Step, best.Path));
        Assert.Contains(_store.LastPath, damage!.Message);

        File.Delete(_store.LastPath);
        File.Delete(_store.PreviousPath);
        Assert.Equal(1, _store.ReadLast(out damage).State.Step);
        Assert.Null(damage);
    }

    [Fact]
    public void A_sound_last_one_is_not_called_damaged()
    {
        TrainAndSave(step: 1, isBest: false);
        byte[] older = File.ReadAllBytes(_store.LastPath);
        TrainAndSave(step: 2, isBest: true);
        File.WriteAllBytes(_store.LastPath, older);
        _store.Continue(Checkpoint.Read(_store.BestPath));
        TrainAndSave(step: 3, isBest: false);
        Assert.Equal((3, 1), (StepOf(_store.LastPath), StepOf(_store.PreviousPath)));
    }

    [Fact]
    public void The_best_one_of_another_run_is_not_taken_over()
    {
        TrainAndSave(step: 5, isBest: true);
        TrainAndSave(step: 6, isBest: false);
        using var own = new CheckpointStore(_temporary.Below("own"));
        own.AdoptBest(Checkpoint.Read(_store.LastPath));
        Assert.Equal(5, StepOf(own.BestPath));

        // Of the same weights, but an epoch that took another time.
        TrainingState other = TrainingState.Imported(1, 0, batchesOfEpoch: 5, [0.5], [0.5]);
        Checkpoint.Save(_store.BestPath, _network, other, _noMetadata);
        using var foreign = new CheckpointStore(_temporary.Below("foreign"));
        foreign.AdoptBest(Checkpoint.Read(_store.LastPath));
        Assert.False(File.Exists(foreign.BestPath));
    }

    [Fact]
    public void Two_damaged_ones_are_told_in_one_line()
    {
        TrainAndSave(step: 1, isBest: false);
        TrainAndSave(step: 2, isBest: false);
        File.WriteAllBytes(_store.LastPath, []);
        File.WriteAllBytes(_store.PreviousPath, [1, 2, 3]);
        CheckpointException error = Assert.Throws<CheckpointException>(() => _store.ReadLast(out _));
        Assert.Contains(_store.LastPath, error.Message);
        Assert.Contains(_store.PreviousPath, error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_checkpoint_is_of_the_moment_it_was_taken_at()
    {
        TrainTo(1);
        float[] weights = _network.Values.ToArray();
        _store.Save(_session, _noMetadata, isBest: false);
        TrainTo(2);
        _store.Flush();

        using var other = new Network(_network.Architecture, _network.Execution, batchSize: 1, seed: 2);
        Checkpoint.Read(_store.LastPath).CopyTo(other);
        Assert.Equal(weights, other.Values.ToArray());
    }

    /// <summary>A directory in the place of the temporary file makes a write fail on every system.</summary>
    private static void Block(string path) => Directory.CreateDirectory(path + DurableFile.TemporarySuffix);

    private static void Unblock(string path) => Directory.Delete(path + DurableFile.TemporarySuffix);

    private static long StepOf(string path) => Checkpoint.Read(path).State.Step;

    private void TrainTo(int step) => TrainingFixture.TrainTo(_session, step);

    private void TrainAndSave(int step, bool isBest)
    {
        TrainTo(step);
        _store.Save(_session, _noMetadata, isBest);
        _store.Flush();
        Assert.Null(_store.Failure);
    }
}

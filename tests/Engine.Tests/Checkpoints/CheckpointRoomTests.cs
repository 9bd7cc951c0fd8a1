using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Data;
using CifarFast.Engine.Tests.Execution;
using CifarFast.Engine.Tests.Training;
using CifarFast.Engine.Training;

namespace CifarFast.Engine.Tests.Checkpoints;

/// <summary>Which checkpoints make room for others on a full disk. Whatever the moment of a crash, a whole one is found.</summary>
public sealed class CheckpointRoomTests : IDisposable
{
    /// <summary>By how much one may be longer than another.</summary>
    private const int Slack = 4096;

    private readonly TemporaryDirectory _temporary = new();
    private readonly FakeDisk _disk;
    private readonly CheckpointStore _store;
    private readonly Network _network;
    private readonly TrainingSession _session;
    private long _saved;
    private bool _isEnd;

    public CheckpointRoomTests()
    {
        string directory = _temporary.Below("checkpoints");
        _disk = new FakeDisk(directory, LookForWholeOne);
        _store = new CheckpointStore(directory, _disk.Write);
        _network = new Network(
            new Architecture("linear", new Shape(3, 32, 32), new Flatten(), new Linear(3072, 10)), ExecutionPaths.Options(SimdTiers.Best.Name()), batchSize: 40, seed: 1);
        _session = new TrainingSession(_network, new TrainingData(TrainingFixture.Images.Train), new Recipe { BatchSize = 40, Epochs = 1000 });
        Assert.True(Save());
        Size = new FileInfo(_store.LastPath).Length;
    }

    /// <summary>The length of a checkpoint.</summary>
    private long Size { get; }

    private string Damaged => _temporary.Below("checkpoints", "damaged.safetensors");

    public void Dispose()
    {
        _store.Dispose();
        _network.Dispose();
        _temporary.Dispose();
    }

    [Theory]
    [InlineData(1, "1 0")]
    [InlineData(2, "2 6 best 4")]
    [InlineData(3, "3 6 best 4 previous 5")]
    [InlineData(4, "4 6 best 4 previous 5")]
    public void The_newest_one_survives(int room, string end)
    {
        _disk.Bytes = (room * Size) + Slack;
        foreach ((int step, bool isBest) in new[] { (1, true), (2, false), (3, false), (4, true), (5, false) })
        {
            TrainTo(step);

            // With room for two, step 2 lies beside the best one, of step 1: step 3 has no room but theirs.
            Assert.Equal(room > 2 || (room == 2 && step != 3), Save(isBest));
        }

        TrainTo(6);
        Assert.Equal(room > 1, Save(isEnd: true));
        Assert.Equal(end, $"{room} {StepOf(_store.LastPath)}{Text("best", _store.BestPath)}{Text("previous", _store.PreviousPath)}");
    }

    [Fact]
    public void A_last_one_that_made_room_in_vain_comes_back()
    {
        TrainTo(1);
        Assert.True(Save(isBest: true));
        _disk.Bytes = (2 * Size) + Slack;
        TrainTo(2);
        Assert.True(Save());
        TrainTo(3);

        Assert.False(Save(isEnd: true, note: new string('x', 2 * Slack)));

        Assert.Equal((2, 1), (StepOf(_store.LastPath), StepOf(_store.BestPath)));
        Assert.True(Save(isEnd: true));
        Assert.Equal((3, 1), (StepOf(_store.LastPath), StepOf(_store.BestPath)));
    }

    [Fact]
    public void A_damaged_one_goes_before_any_other()
    {
        File.Copy(_store.LastPath, Damaged);
        Damage(Damaged);
        TrainTo(1);
        Assert.True(Save());
        _disk.Bytes = (3 * Size) + Slack;
        TrainTo(2);
        Assert.True(Save());
        Assert.False(File.Exists(Damaged));
        Assert.Equal((2, 1), (StepOf(_store.LastPath), StepOf(_store.PreviousPath)));
    }

    [Fact]
    public void The_one_before_a_damaged_one_is_kept()
    {
        TrainTo(1);
        Assert.True(Save());
        Damage(_store.LastPath);
        _saved = 0;
        Assert.False(_store.MakeRoom());
        _disk.Bytes = (2 * Size) + Slack;
        TrainTo(2);
        Assert.True(Save());
        Assert.Equal((2, 0), (StepOf(_store.LastPath), StepOf(_store.PreviousPath)));
    }

    [Fact]
    public void Only_the_one_before_makes_room_for_other_files()
    {
        TrainTo(1);
        Assert.True(Save(isBest: true));
        Assert.True(_store.MakeRoom());
        Assert.False(_store.MakeRoom());
        Assert.Equal((1, 1), (StepOf(_store.LastPath), StepOf(_store.BestPath)));
        Assert.False(File.Exists(_store.PreviousPath));
    }

    private static long StepOf(string path) => Checkpoint.Read(path).State.Step;

    private static string Text(string name, string path) => File.Exists(path) ? $" {name} {StepOf(path)}" : "";

    private static void Damage(string path)
    {
        byte[] content = File.ReadAllBytes(path);
        content[^1] ^= 1;
        File.WriteAllBytes(path, content);
    }

    /// <summary>Makes sure that the run could go on from here: from the newest step that was saved, but at the end perhaps from the best epoch.</summary>
    private void LookForWholeOne()
    {
        using var store = new CheckpointStore(_temporary.Below("checkpoints"));
        Assert.InRange(store.HasAny ? store.ReadLast(out _).State.Step : 0, _isEnd ? 0 : _saved, long.MaxValue);
    }

    private void TrainTo(int step) => TrainingFixture.TrainTo(_session, step);

    /// <summary>Saves where the run stands, and returns whether there was room.</summary>
    private bool Save(bool isBest = false, bool isEnd = false, string note = "")
    {
        _isEnd = isEnd;
        _store.Save(_session, new Dictionary<string, string> { ["note"] = note }, isBest, isEnd);
        _store.Flush();
        _saved = _store.Failure is null ? _session.State.Step : _saved;
        return _store.Failure is null;
    }
}

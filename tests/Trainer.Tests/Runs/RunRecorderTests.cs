using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Data;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Data;
using CifarFast.Engine.Training;
using CifarFast.Trainer.Runs;
using Microsoft.Extensions.Time.Testing;

namespace CifarFast.Trainer.Tests.Runs;

public sealed class RunRecorderTests : IDisposable
{
    private const int Steps = 10;
    private const int BatchSize = 2;

    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    /// <summary>What is saved at the end of the epoch, after step 10, starts no new interval within it.</summary>
    [Theory]
    [InlineData(4, 0, 4, 8, 10)]
    [InlineData(4, 14, 4, 8, 10)]
    [InlineData(4, 20, 3, 6, 9, 10)]
    [InlineData(1000, 20, 3, 6, 9, 10)]
    [InlineData(1000, 29, 3, 6, 9, 10)]
    [InlineData(1000, 30, 2, 4, 6, 8, 10)]
    [InlineData(1000, 100, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)]
    [InlineData(1000, 0, 10)]
    [InlineData(0, 100, 10)]
    public void A_checkpoint_comes_after_so_many_steps_or_a_minute(int every, int secondsOfStep, params int[] saved)
    {
        using RunFolder folder = RunFolder.Create(_temporary.Below("run"), "tiny");
        using var store = new CheckpointStore(folder.Paths.Checkpoints);
        using var network = new Network(
            new Architecture("tiny", new Shape(1, 2, 2), new Flatten(), new Linear(4, 2)), new ExecutionOptions { Threads = 1 }, BatchSize, seed: 1);
        var images = new ImageSet(1, 2, 2, new byte[4 * BatchSize * Steps], new int[BatchSize * Steps]);
        var recipe = new Recipe { BatchSize = BatchSize, Epochs = 1 };
        var session = new TrainingSession(network, new TrainingData(images), recipe);
        var time = new FakeTimeProvider();
        var view = new View(store, () => time.Advance(TimeSpan.FromSeconds(secondsOfStep)));
        var recorder = new RunRecorder(folder, store, session, Config(recipe, every), view, time);

        session.Run(recorder, TestContext.Current.CancellationToken);

        view.Look();
        Assert.Equal(saved, view.Saved);
    }

    private static RunConfig Config(Recipe recipe, int every) => new()
    {
        ProgramVersion = "1",
        Started = DateTimeOffset.UnixEpoch,
        Network = "tiny",
        Data = new RunData("drawn", "here", BatchSize * Steps, 0, "", "", ["one", "other"]),
        Options = new TrainSettings
        {
            Dataset = new DatasetRequest(),
            Recipe = recipe,
            Execution = new ExecutionOptions(),
            CheckpointEvery = every,
        },
        Machine = Machine.Current(),
    };

    /// <summary>Has each step take so long, and notes down which steps are saved, whatever the disk takes for it.</summary>
    private sealed class View(CheckpointStore store, Action pass) : ITrainingView
    {
        public List<int> Saved { get; } = [];

        public void StepCompleted(in BatchProgress progress)
        {
            Look();
            pass();
        }

        public void Look()
        {
            store.Flush();
            if (File.Exists(store.LastPath) && (int)Checkpoint.Read(store.LastPath).State.Step is int step && Saved.LastOrDefault() != step)
            {
                Saved.Add(step);
            }
        }

        public void Note(string message) => Assert.Fail(message);

        public void Warn(string message) => Assert.Fail(message);
    }
}

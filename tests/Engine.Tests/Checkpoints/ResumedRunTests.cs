using System.Globalization;
using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Data;
using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Data;
using CifarFast.Engine.Tests.Execution;
using CifarFast.Engine.Tests.Training;
using CifarFast.Engine.Training;

namespace CifarFast.Engine.Tests.Checkpoints;

/// <summary>A run that is stopped and resumed from its checkpoint has bitwise the results of one that is not.</summary>
public sealed class ResumedRunTests : IDisposable
{
    private static readonly Dictionary<string, string> _noMetadata = [];

    private static readonly Recipe _options = new()
    {
        Epochs = 2,
        BatchSize = 2,
        Optimizer = new SGD(LearningRate: 0.005f, Momentum: 0.9f, Nesterov: true, WeightDecay: 1e-3f),
        Monitor = Metric.ValidationAccuracy,
    };

    private static readonly Lazy<Figures> _whole = new(() =>
    {
        using var temporary = new TemporaryDirectory();
        return Run(temporary.Below("whole"), threads: 2, stopAfter: null);
    });

    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    /// <summary>Stops before the first row of batches, between two, on the last batch of an epoch and in the second epoch: 80 batches an epoch.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(63)]
    [InlineData(80)]
    [InlineData(81)]
    [InlineData(159)]
    public void It_goes_on_as_if_it_had_never_stopped(int step)
    {
        Figures whole = _whole.Value;
        Figures first = Run(_temporary.Below("stopped"), threads: 1, stopAfter: step);
        Assert.Equal(StopReason.Stopped, first.End);

        Figures second = Run(_temporary.Below("stopped"), threads: 2, stopAfter: null);

        Assert.Equal(StopReason.Completed, second.End);
        Assert.Equal(whole.Epochs, second.Epochs);
        Assert.Equal(whole.Batches, second.Batches);
        Assert.Equal(whole.Tensors, second.Tensors);
        Assert.Equal(whole.Best, second.Best);
    }

    /// <summary>53 batches of three images, and one image left over that is dropped; a stop in the middle of either epoch, and at its end.</summary>
    [Theory]
    [InlineData(37)]
    [InlineData(53)]
    [InlineData(60)]
    public void Transforms_and_a_dropped_batch_go_on_as_if_it_had_never_stopped(int step)
    {
        Recipe recipe = _options with { BatchSize = 3, DropLast = true, Transforms = TrainingFixture.Transforms, Epochs = 1.5m };
        Figures whole = Run(_temporary.Below("whole"), threads: 2, stopAfter: null, recipe);
        Run(_temporary.Below("stopped"), threads: 1, stopAfter: step, recipe);
        Figures second = Run(_temporary.Below("stopped"), threads: 3, stopAfter: null, recipe);

        Assert.Equal([53L, 80], second.Epochs.Select(epoch => epoch.Step));
        Assert.Equal(whole.Epochs, second.Epochs);
        Assert.Equal(whole.Batches, second.Batches);
        Assert.Equal(whole.Tensors, second.Tensors);
        Assert.NotEqual(whole.Tensors, Run(_temporary.Below("plain"), threads: 2, stopAfter: null, recipe with { Transforms = [] }).Tensors);

        // Where the last batch is not dropped, the run cannot stand there.
        using Network network = Network(threads: 1);
        Assert.Throws<CheckpointException>(() => Checkpoint.Read(Path.Combine(_temporary.Below("stopped"), "last.safetensors")).CopyTo(Session(network, recipe with { DropLast = false })));
    }

    [Fact]
    public void A_run_that_stops_in_its_evaluation_does_only_the_evaluation_again()
    {
        using var source = new CancellationTokenSource();
        string directory = _temporary.Below("run");
        using (Network network = Network(threads: 1))
        using (var store = new CheckpointStore(directory))
        {
            TrainingSession session = Session(network);
            TrainingResult result = session.Run(new Recorder { OnStep = progress => { if (progress.Batch == 80) { source.CancelAfter(0); source.Token.WaitHandle.WaitOne(); } } }, source.Token);
            Assert.Equal((StopReason.Stopped, 80, 1), (result.End, session.State.Batch, session.State.Epoch));
            store.Save(session, _noMetadata, isBest: false);
        }

        using Network other = Network(threads: 1);
        TrainingSession resumed = Session(other);
        Checkpoint.Read(Path.Combine(directory, "last.safetensors")).CopyTo(resumed);
        var recorder = new Recorder();
        resumed.Run(recorder, TestContext.Current.CancellationToken);
        Assert.Equal([(1, 80), (2, 80)], recorder.Started);
        Assert.All(recorder.Steps, step => Assert.Equal(2, step.Epoch));
    }

    [Fact]
    public void More_steps_or_epochs_go_on_where_fewer_ended()
    {
        Recipe more = _options with { MaxSteps = 130 };
        Figures whole = Run(_temporary.Below("whole"), threads: 1, stopAfter: null, more);
        Run(_temporary.Below("run"), threads: 1, stopAfter: null, more with { MaxSteps = 33 });
        Run(_temporary.Below("run"), threads: 1, stopAfter: null, more with { MaxSteps = 33 });
        Run(_temporary.Below("run"), threads: 1, stopAfter: null, more with { Epochs = 1 });

        Figures resumed = Run(_temporary.Below("run"), threads: 1, stopAfter: null, more);

        Assert.Equal(whole.Epochs, resumed.Epochs);
        Assert.Equal(whole.Batches, resumed.Batches);
        Assert.Equal(whole.Tensors, resumed.Tensors);
    }

    private static Network Network(int threads) =>
        new(NetworkCatalog.Reference(), ExecutionPaths.Options(SimdTiers.Best.Name(), threads), batchSize: 3, _options.Seed);

    private static TrainingSession Session(Network network, Recipe? options = null)
    {
        (ImageSet train, ImageSet validation) = TrainingFixture.Images.Train.Split(0.2, seed: 5);
        return new TrainingSession(network, new TrainingData(train, validation, TrainingFixture.Images.Test), options ?? _options);
    }

    /// <summary>Runs from the checkpoint in <paramref name="directory"/>, or from the start, and leaves a checkpoint.</summary>
    private static Figures Run(string directory, int threads, int? stopAfter, Recipe? options = null)
    {
        using var source = new CancellationTokenSource();
        using Network network = Network(threads);
        using var store = new CheckpointStore(directory);
        TrainingSession session = Session(network, options);
        if (store.HasAny)
        {
            store.ReadLast(out _).CopyTo(session);
        }

        var saver = new Saver(session, store, stopAfter, source);
        TrainingResult result = session.Run(saver, source.Token);
        store.Save(session, _noMetadata, isBest: false);
        store.Flush();
        Assert.Null(store.Failure);
        Checkpoint best = File.Exists(store.BestPath) ? Checkpoint.Read(store.BestPath) : Checkpoint.Read(store.LastPath);
        return new Figures(
            result.End,
            [.. result.Epochs.Select(WithoutTime)],
            [.. session.State.Batches.Select(WithoutTime)],
            Tensors(store.LastPath),
            [$"epoch {best.State.Epoch} batch {best.State.Batch}", .. Tensors(best.Path)]);
    }

    private static EpochMetrics WithoutTime(EpochMetrics epoch) => epoch with { Seconds = 0, TrainSeconds = 0, ImagesPerSecond = 0 };

    private static BatchMetrics WithoutTime(BatchMetrics batches) => batches with { ImagesPerSecond = 0 };

    private static string[] Tensors(string path)
    {
        SafetensorsFile file = SafetensorsFile.Read(path);
        return
        [
            .. file.Tensors.Values.OrderBy(tensor => tensor.Start).Select(tensor => string.Create(
                CultureInfo.InvariantCulture,
                $"{tensor} {Hash(file.Floats(tensor.Name, new Shape(tensor.Dimensions)))}")),
        ];
    }

    private static string Hash(ReadOnlySpan<float> values) =>
        Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values)));

    private sealed record Figures(StopReason End, EpochMetrics[] Epochs, BatchMetrics[] Batches, string[] Tensors, string[] Best);

    /// <summary>Saves at the ends of epochs, and stops after a step.</summary>
    private sealed class Saver(TrainingSession session, CheckpointStore store, int? stopAfter, CancellationTokenSource source) : ITrainingObserver
    {
        public void StepCompleted(in BatchProgress progress)
        {
            if (progress.Step == stopAfter)
            {
                source.Cancel();
            }
        }

        public void EpochCompleted(EpochMetrics metrics) =>
            store.Save(session, _noMetadata, isBest: session.BestEpochTracker.BestEpoch == metrics.Epoch && session.State.Batch == 0);
    }
}

using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Data;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Training;
using CifarFast.Engine.Training;

namespace CifarFast.Engine.Tests.Checkpoints;

/// <summary>
/// A run of the smallest network there is, whose checkpoint has everything a checkpoint can have, in some three kilobytes that
/// are the same each time: epochs that are done, rows of batches, an epoch under way, and momentum buffers.
/// </summary>
internal sealed class TinyRun : IDisposable
{
    public const string FileName = "tiny.safetensors";
    public const int Images = 103;
    public const int BatchSize = 2;
    public const int Batches = 52;

    private readonly Network _network;

    public TinyRun(float momentum = 0.9f, int classes = 3, int images = Images)
    {
        _network = new Network(
            new Architecture("tiny", new Shape(1, 2, 2), new Flatten(), new Linear(4, classes)),
            new ExecutionOptions { Kernels = KernelPath.Naive, Threads = 1 },
            BatchSize,
            seed: 1);
        byte[] pixels = [.. Enumerable.Range(0, images * 4).Select(i => (byte)(i * 37))];
        int[] labels = [.. Enumerable.Range(0, images).Select(i => i % 3)];
        var train = new ImageSet(1, 2, 2, pixels, labels);
        Session = new TrainingSession(
            _network,
            new TrainingData(train, Validation: train.Take(4)),
            new Recipe { Optimizer = new SGD(Momentum: momentum), Epochs = 100, BatchSize = BatchSize });
    }

    public TrainingSession Session { get; }

    /// <summary>Where the run of <see cref="File"/> stands; what there is no set of images for is not a number.</summary>
    public static TrainingState State { get; } = new(
        batch: 51,
        epochSoFar: new RunningMetrics(98.5, Correct: 40, Images: 102, Seconds: 1.5),
        windowSoFar: new RunningMetrics(2.25, Correct: 1, Images: 2, Seconds: 0.03125),
        seconds: 1.75,
        epochs:
        [
            new EpochMetrics(1, 52, 1.09, 0.25, 1.05, 0.5, double.NaN, double.NaN, 0.01f, 2.5, 2.25, 45.75),
            new EpochMetrics(2, 104, 1.01, 0.375, 0.95, 0.75, double.NaN, double.NaN, 0.01f, 2.625, 2.125, 48.5),
        ],
        batches:
        [
            new BatchMetrics(1, 50, 50, 1.1, 0.25, 44, 0.01f),
            new BatchMetrics(2, 50, 102, 1.02, 0.375, 46, 0.01f),
            new BatchMetrics(3, 50, 154, 0.96, 0.39, 47, 0.01f),
        ]);

    /// <summary>A sound checkpoint.</summary>
    public static byte[] File(float momentum = 0.9f)
    {
        using var run = new TinyRun(momentum);
        run.Advance(3);
        run.Session.Resume(State, numerics: 2);
        var snapshot = new CheckpointSnapshot(run.Session);
        snapshot.Take(run.Session, new Dictionary<string, string> { ["note"] = "kept" });
        var file = new MemoryStream();
        snapshot.WriteTo(file);
        return file.ToArray();
    }

    /// <summary>Reads bytes as if they were a file.</summary>
    public static Checkpoint Read(byte[] file) =>
        Checkpoint.Of(FileName, SafetensorsFile.Read(new MemoryStream(file), file.Length, FileName));

    /// <summary>Trains for some steps.</summary>
    public TrainingResult Advance(int steps)
    {
        using var source = new CancellationTokenSource();
        var observer = new Recorder
        {
            OnStep = _ =>
            {
                if (--steps == 0)
                {
                    source.Cancel();
                }
            },
        };
        return Session.Run(observer, source.Token);
    }

    public void Dispose() => _network.Dispose();
}

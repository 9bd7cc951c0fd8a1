using System.Runtime.InteropServices;
using System.Security.Cryptography;
using CifarFast.Engine.Data;
using CifarFast.Engine.Distributed;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Execution;
using CifarFast.Engine.Tests.Training;
using CifarFast.Engine.Training;
using Architecture = CifarFast.Engine.Nn.Architecture;

namespace CifarFast.Engine.Tests.Distributed;

/// <summary>Training by several processes has the bits of training by one: weights, buffers and everything that is said of them.</summary>
public class SharedTrainingTests
{
    private static readonly ImageSet _images = TrainingFixture.Images.Train;

    public static TheoryData<string, int> NetworksAndBatches => new()
    {
        { "odd", 150 },
        { "odd", 64 },
        { "odd", 17 },
        { "odd", 5 },
        { "odd", 1 },
        { "linear", 37 },
        { "naive", 2 },
        { "reference", 6 },
        { "airbench94", 9 },
        { "resnet20", 16 },
    };

    /// <summary>Some processes have no shards where there are more of them than images.</summary>
    [Theory]
    [MemberData(nameof(NetworksAndBatches))]
    public void Weights_and_metrics_are_the_same_for_any_number_of_processes(string name, int batchSize)
    {
        string expected = Train(name, batchSize, SingleProcess.Instance);
        foreach (int size in name is "odd" or "linear" or "naive" ? (int[])[2, 3, 4, 8, 16] : [3])
        {
            Assert.All(LocalProcesses.Run(size, collective => Train(name, batchSize, collective)), actual => Assert.Equal(expected, actual));
        }
    }

    /// <summary>Steps on a part of the set, whose last batch is smaller, and evaluations on more images than one batch has.</summary>
    private static string Train(string name, int batchSize, ICollective collective)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        Recipe found = RecipeCatalog.Find(name) ?? new Recipe { Optimizer = new SGD(Momentum: 0.9f, WeightDecay: 1e-3f) };
        Recipe recipe = found with { BatchSize = batchSize, MaxSteps = 3, Seed = 1, DropLast = false };
        Architecture architecture = name switch
        {
            "odd" => Odd(),
            "linear" or "naive" => Linear(),
            _ => recipe.Network(_images.Shape, 10),
        };
        ExecutionOptions execution = name == "naive"
            ? new ExecutionOptions { Kernels = KernelPath.Naive, Threads = 1 }
            : ExecutionPaths.Options(SimdTiers.Best.Name(), threads: collective.Rank % 2 == 0 ? 1 : 2);
        using var network = new Network(architecture, execution, batchSize, recipe.Seed, cancellation)
        {
            Collective = collective,
        };
        recipe.Initialize(network, _images, cancellation);
        var data = new TrainingData(_images.Take((2 * batchSize) + (batchSize / 2)), Validation: null, TrainingFixture.Images.Test.Take(name == "odd" ? 300 : 5));
        var recorder = new Recorder();
        var session = new TrainingSession(network, data, recipe);
        TrainingResult result = session.Run(recorder, cancellation);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (StateTensor tensor in session.StateTensors)
        {
            hash.AppendData(MemoryMarshal.AsBytes<float>(TrainingFixture.Values(tensor)));
        }

        var epochs = result.Epochs.Select(epoch => $"{epoch.TrainLoss:R} {epoch.TrainAccuracy:R} {epoch.TestLoss:R} {epoch.TestAccuracy:R}");
        return string.Join('\n', [Convert.ToHexStringLower(hash.GetHashAndReset()), .. recorder.Steps.Select(step => $"{step.BatchLoss:R}"), .. epochs]);
    }

    /// <summary>Channels that fill the vectors of all tiers, of some and of none; a value that is read twice; strides; the batch's statistics; a scale behind the last layer.</summary>
    private static Architecture Odd() => new(
        "odd", new Shape(3, 32, 32),
        new Normalize([0.5f, 0.4f, 0.3f], [0.25f, 0.5f, 0.75f]), new Conv2d(3, 24, KernelSize: 3, Padding: 1), new ReLU(), new MaxPool2d(2), new BatchNorm2d(24), new GELU(),
        new Conv2d(24, 35, KernelSize: 3, Padding: 1), new MaxPool2d(2), new ReLU(),
        new Residual(new Sequential(new Conv2d(35, 35, KernelSize: 1, Bias: false), new Frozen(new BatchNorm2d(35), "weight"))),
        new Conv2d(35, 32, KernelSize: 3, Stride: 2, Padding: 1), new MaxPool2d(2), new Dropout(0.3f),
        new Flatten(), new Linear(128, 67), new ReLU(), new Linear(67, 10), new Scale(0.5f));

    /// <summary>Linear layers of which two are large, one of these too narrow to be divided, one is frozen, and one has no bias and is read beside another.</summary>
    private static Architecture Linear() => new(
        "linear", new Shape(3, 32, 32),
        new MaxPool2d(4), new Flatten(), new Linear(192, 640), new ReLU(), new Linear(640, 300), new ReLU(), new Frozen(new Linear(300, 70)), new Residual(new Sequential(new Linear(70, 70, Bias: false), new ReLU())),
        new Linear(70, 10));
}

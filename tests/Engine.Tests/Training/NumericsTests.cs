using System.Runtime.InteropServices;
using System.Security.Cryptography;
using CifarFast.Engine.Data;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Execution;
using CifarFast.Engine.Training;
using Architecture = CifarFast.Engine.Nn.Architecture;

namespace CifarFast.Engine.Tests.Training;

/// <summary>The bits of training are a promise: they depend on no tier, no number of threads and no division of the batch.</summary>
public class NumericsTests
{
    private const int Steps = 3;

    /// <summary>The first digits of the SHA-256 of the reference network's weights after three steps of four images.</summary>
    private const string ReferenceHash = "122c829240f43166baa6fc8ed374af5f4cad34d3665dcea933";

    private static readonly ImageSet _images = TrainingFixture.Images.Train;

    private static readonly Lazy<Dictionary<int, (double[] Losses, string Hash)>> _expected = new(() => new int[] { 17, 64, 150 }
        .ToDictionary(batchSize => batchSize, batchSize => Train(ExecutionPaths.Options(SimdTiers.Best.Name()), Odd(), batchSize)));

    public static TheoryData<string, int, int> TiersThreadsAndBatches
    {
        get
        {
            var data = new TheoryData<string, int, int>();
            foreach (string tier in ExecutionPaths.Fast.Select(row => row.Data))
            {
                foreach (int threads in (int[])[1, 2, 3, 5, 16])
                {
                    data.Add(tier, threads, 17);
                    data.Add(tier, threads, 64);
                }

                // Shards of more samples than are summed at once.
                data.Add(tier, 2, 150);
            }

            return data;
        }
    }

    /// <summary>The first digits of the SHA-256 of parameters and buffers after three steps of four images of the synthetic set.</summary>
    private static readonly Dictionary<string, string> _recipes = new()
    {
        ["minute"] = "ba1415ca0d4b3fd24182aaa6303d61ccef35c976376913cf9c",
        ["airbench94"] = "a6fa90c771917c8df59a0951206472f30dcca47a5e63eb2b76",
        ["airbench94-muon"] = "52b83dfbe99c3aa88cde3053729b9bf3c3b202b80caa4d2cbd",
        ["airbench96"] = "4ab7fa614501139d705ff831298b5a17599f637f1dea16b53f",
        ["resnet20"] = "f4de3bac4d6aba37255ea0312b9a4b903bf4deab310fd87abe",
    };

    public static TheoryData<string, string> RecipesAndTiers
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string tier in ExecutionPaths.Fast.Select(row => row.Data))
            {
                bool isEnd = tier == SimdTier.Vector128.Name() || tier == SimdTiers.Best.Name();
                foreach (string recipe in RecipeCatalog.All.Skip(1).Select(recipe => recipe.Name).Where(name => isEnd || name == "airbench94"))
                {
                    data.Add(recipe, tier);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(TiersThreadsAndBatches))]
    public void Losses_and_weights_are_the_same_on_every_tier_for_any_number_of_threads(string tier, int threads, int batchSize)
    {
        (double[] losses, string hash) = Train(ExecutionPaths.Options(tier, threads), Odd(), batchSize);

        Assert.Equal(_expected.Value[batchSize].Losses, losses);
        Assert.Equal(_expected.Value[batchSize].Hash, hash);
    }

    /// <summary>
    /// Where this fails on purpose, <c>NumericsVersion</c> is to be raised; where it fails on another machine, the promise is broken.
    /// </summary>
    [Theory]
    [MemberData(nameof(ExecutionPaths.Fast), MemberType = typeof(ExecutionPaths))]
    public void The_reference_network_has_the_weights_of_this_numerics_version(string tier)
    {
        ExecutionOptions execution = ExecutionPaths.Options(tier, threads: 2);

        Assert.StartsWith(ReferenceHash, Train(execution, NetworkCatalog.Reference(), batchSize: 4).Hash, StringComparison.Ordinal);
        Assert.StartsWith("b9298a49210d6b5eae78ab691468d6b415030ef12baa7223aa", Train(execution, NetworkCatalog.Reference(), batchSize: 64).Hash);
    }

    /// <summary>The same for every other recipe; all tiers have their say in one of them, the narrowest and the widest vectors in all.</summary>
    [Theory]
    [MemberData(nameof(RecipesAndTiers))]
    public void Recipes_have_the_weights_of_this_numerics_version(string name, string tier) => AssertRecipe(name, tier);

    /// <summary>What of both an emulated CPU has time for.</summary>
    [Fact]
    [Trait("Emulated", "yes")]
    public void Vectors_have_the_weights_of_this_numerics_version()
    {
        ExecutionOptions execution = ExecutionPaths.Options(SimdTiers.Best.Name(), threads: 2);

        Assert.StartsWith(ReferenceHash, Train(execution, NetworkCatalog.Reference(), batchSize: 4).Hash, StringComparison.Ordinal);
        AssertRecipe("airbench94", SimdTiers.Best.Name());
    }

    /// <summary>Channels that fill the vectors of all tiers, of some and of none; pooled and not, with odd sides too; a value that is read twice; strides; the batch's statistics.</summary>
    private static Architecture Odd() => new(
        "odd", new Shape(3, 32, 32),
        new Normalize([0.5f, 0.4f, 0.3f], [0.25f, 0.5f, 0.75f]), new Conv2d(3, 24, KernelSize: 3), new ReLU(), new MaxPool2d(2), new BatchNorm2d(24), new GELU(),
        new Conv2d(24, 67, KernelSize: 3, Padding: 1), new MaxPool2d(2), new ReLU(),
        new Residual(new Sequential(new Conv2d(67, 67, KernelSize: 1, Bias: false), new Frozen(new BatchNorm2d(67), "weight"))),
        new Conv2d(67, 32, KernelSize: 3, Padding: 1), new ReLU(),
        new Conv2d(32, 48, KernelSize: 3, Stride: 2, Padding: 1), new MaxPool2d(2),
        new Flatten(), new Linear(192, 67), new ReLU(), new Linear(67, 10));

    private static (double[] Losses, string Hash) Train(ExecutionOptions execution, Architecture architecture, int batchSize)
    {
        using var network = new Network(architecture, execution, batchSize, seed: 1);
        var options = new Recipe { Optimizer = new SGD(Momentum: 0.9f, WeightDecay: 1e-3f), BatchSize = batchSize, MaxSteps = Steps, Epochs = 100 };
        var recorder = new Recorder();
        new TrainingSession(network, new TrainingData(_images), options).Run(recorder, TestContext.Current.CancellationToken);
        return ([.. recorder.Steps.Select(step => step.BatchLoss)], Hash(network));
    }

    private static void AssertRecipe(string name, string tier)
    {
        Recipe recipe = RecipeCatalog.Find(name)! with { BatchSize = 4, MaxSteps = Steps };
        using var network = new Network(recipe.Network(_images.Shape, 10), ExecutionPaths.Options(tier, threads: 2), recipe.BatchSize, recipe.Seed);
        recipe.Initialize(network, _images, TestContext.Current.CancellationToken);
        var session = new TrainingSession(network, new TrainingData(_images), recipe);
        session.Run(new Recorder(), TestContext.Current.CancellationToken);

        Assert.StartsWith(_recipes[name], Hash(network), StringComparison.Ordinal);
    }

    private static string Hash(Network network)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (StateTensor tensor in network.StateTensors)
        {
            hash.AppendData(MemoryMarshal.AsBytes<float>(TrainingFixture.Values(tensor)));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

using CifarFast.Engine.Data;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tests.Data;

namespace CifarFast.Trainer.Tests.Acceptance;

/// <summary>What the trainer promises, held against real images.</summary>
public sealed class RealDataTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Weights_after_100_steps_are_the_same_to_the_byte_on_one_thread_and_on_two()
    {
        Summary one = Train("one", "--threads", "1", "--max-steps", "100", "--batch-size", "32", "--limit-test", "64");
        Summary two = Train("two", "--threads", "2", "--max-steps", "100", "--batch-size", "32", "--limit-test", "64");

        Assert.Equal((100, 100), (one.Number("steps"), two.Number("steps")));
        Assert.Equal(one.Number("final_train_loss"), two.Number("final_train_loss"));
        WeightsFile weights = WeightsFile.Load(_temporary.Below("one"));
        Assert.True(weights.Data.SequenceEqual(WeightsFile.Load(_temporary.Below("two")).Data), "the weights differ");

        // Equal and learnt: chance is ln 10, from where the first steps take the loss down.
        Assert.InRange(one.Number("final_train_loss"), 1.5, 2.29);
    }

    [Fact]
    public void Naive_kernels_and_every_tier_agree_over_five_steps()
    {
        // Epochs of one step, so that the summary tells the loss of each. Batches of 8, two shards, as the textbook loops take most of a
        // minute for five steps of 64.
        string[] steps = ["--limit-train", "8", "--batch-size", "8", "--epochs", "5", "--limit-test", "1"];
        double[] naive = Train("naive", [.. steps, "--kernels", "naive"]).OfEpochs("train_loss");
        Assert.Equal(5, naive.Distinct().Count());

        foreach (SimdTier tier in SimdTiers.Supported)
        {
            double[] fast = Train(tier.Name(), [.. steps, "--simd", tier.Name()]).OfEpochs("train_loss");
            Assert.Equal(5, fast.Length);
            Assert.All(naive.Zip(fast), pair => Assert.InRange(pair.Second / pair.First, 1 - 1e-4, 1 + 1e-4));
        }
    }

    private Summary Train(string name, params string[] options)
    {
        string? data = Environment.GetEnvironmentVariable(DatasetLoader.EnvironmentVariable);
        Assert.SkipWhen(string.IsNullOrEmpty(data), $"{DatasetLoader.EnvironmentVariable} does not say where CIFAR-10 is");
        string path = _temporary.Below(name);
        Outcome outcome = Cifarfast.Run(["train", "--data", data, "--out", path, .. options]);
        Assert.Equal(ExitCode.Success, outcome.ExitCode);

        // Any real images will do, and a copy that is not the official one is called that.
        Assert.True(outcome.Error.Length == 0 || outcome.Error.Contains("is not the official CIFAR-10"), outcome.Error);
        return Summary.Load(path);
    }
}

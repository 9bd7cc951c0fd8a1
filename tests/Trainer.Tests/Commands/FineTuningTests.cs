using System.Text.Json;
using CifarFast.Engine.Tests.Data;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>Runs that begin with a network of other classes, and train a part of it.</summary>
public sealed class FineTuningTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();
    private readonly string _data;
    private readonly string _other;

    public FineTuningTests()
    {
        Dictionary<string, byte[]> files = TinyCifar.Files(trainRecords: 8, testRecords: 6);
        _data = TinyCifar.WriteDirectory(_temporary.Below("data"), files);
        files["batches.meta.txt"] = System.Text.Encoding.UTF8.GetBytes("zero\nant\ntwo\nbee\ncat\ndog\nelk\nfox\ngnu\nhen\n");
        _other = TinyCifar.WriteDirectory(_temporary.Below("other"), files);
        Cifarfast.Run(["train", "--recipe", "minute", "--data", _data, .. Few, "--max-steps", "2", "--out", Source]).Succeeded();
    }

    private static string[] Few => ["--no-report", "--batch-size", "8", "--epochs", "3"];

    private string Source => _temporary.Below("source");

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void It_says_what_is_kept_and_is_the_same_run_again_and_after_a_stop()
    {
        string[] tuning = ["--recipe", "minute", "--init", Source, "--freeze", "1.", "--freeze", "3.", "--freeze", "4.0", "--balance", "sampling"];
        string[] lines = Train("whole", [.. tuning, "--max-steps", "6"]).Succeeded().Lines;
        int weights = Array.FindIndex(lines, line => line.StartsWith("weights", StringComparison.Ordinal));
        Assert.Equal(
            [
                $"weights   {Path.Combine(Source, "checkpoints", "last.safetensors")}",
                "          of 10 classes: kept but for 8.weight, normalisation included",
                "          of 8.weight, 8 classes drawn anew and 2 kept, by name:",
                "            zero, two",
                "frozen    1. 3. 4.0",
            ],
            lines[weights..(weights + 5)]);
        Assert.Contains(lines, line => line.StartsWith("           5*FrozenBatchNorm2d(32) ", StringComparison.Ordinal));
        Assert.Contains("          * frozen: stays as it begins", lines);
        Assert.Contains("          draws images so that every class comes equally often", lines);
        Assert.Contains(lines, line => line.StartsWith("epoch 1/3 done: train loss (balanced) ", StringComparison.Ordinal));

        using var config = JsonDocument.Parse(File.ReadAllBytes(_temporary.Below("whole", "config.json")));
        JsonElement options = config.RootElement.GetProperty("options");
        Assert.Equal("""["1.","3.","4.0"]""", JsonSerializer.Serialize(options.GetProperty("freeze")));
        Assert.Equal("sampling", options.GetProperty("recipe").GetProperty("balance").GetString());
        Assert.Equal(64, options.GetProperty("init_sha256").GetString()!.Length);
        Assert.Equal("sampling", Summary.Load(_temporary.Below("whole")).Text("balance"));

        WeightsFile before = WeightsFile.Load(Source);
        WeightsFile after = WeightsFile.Load(_temporary.Below("whole"));
        Assert.All(["1.weight", "1.bias", "3.0.weight", "3.2.bias", "3.2.running_mean", "3.5.running_var", "4.0.weight"], name => Assert.Equal(before.Values(name), after.Values(name)));
        Assert.All(["4.4.weight", "4.2.running_mean", "5.2.bias"], name => Assert.NotEqual(before.Values(name), after.Values(name)));

        Cifarfast.Run("train", "--no-report", "--config", _temporary.Below("whole", "config.json"), "--threads", "1", "--simd", "vector128", "--out", _temporary.Below("again")).Succeeded();
        RunFiles.AssertSameEnd(_temporary.Below("whole"), _temporary.Below("again"));

        Train("run", [.. tuning, "--max-steps", "3"]).Succeeded();
        Cifarfast.Run("train", "--no-report", "--resume", _temporary.Below("run"), "--max-steps", "6").Succeeded();
        RunFiles.AssertSameEnd(_temporary.Below("whole"), _temporary.Below("run"));
        Cifarfast.Run("eval", _temporary.Below("run"), "--data", _other).Succeeded();
        Cifarfast.Run("train", "--resume", _temporary.Below("run"), "--freeze", "5.").EndedWith(ExitCode.Usage, "--freeze 5.: the run was begun with 1. 3. 4.0");
    }

    [Fact]
    public void Without_other_classes_nothing_is_said_and_all_is_kept()
    {
        string[] lines = Cifarfast.Run(["train", "--recipe", "minute", "--init", Source, "--data", _data, .. Few, "--max-steps", "1", "--lr", "1e-30", "--out", _temporary.Below("same")]).Succeeded().Lines;
        int weights = Array.FindIndex(lines, line => line.StartsWith("weights", StringComparison.Ordinal));
        Assert.StartsWith("compute", lines[weights + 1]);
        Assert.Equal(WeightsFile.Load(Source).Values("8.weight"), WeightsFile.Load(_temporary.Below("same")).Values("8.weight"));
    }

    [Fact]
    public void What_is_frozen_changes_nothing_of_what_a_run_begins_with()
    {
        string[] still = ["--recipe", "minute", "--max-steps", "1", "--lr", "1e-30"];
        Train("all", still).Succeeded();
        Train("part", [.. still, "--freeze", "4."]).Succeeded();
        WeightsFile all = WeightsFile.Load(_temporary.Below("all"));
        WeightsFile part = WeightsFile.Load(_temporary.Below("part"));
        Assert.All(
            ["1.weight", "3.0.weight", "4.0.weight", "4.4.weight", "5.4.weight", "8.weight"],
            name => Assert.All(all.Values(name).Zip(part.Values(name)), pair => Assert.Equal(pair.First, pair.Second, 1e-20f)));
    }

    [Fact]
    public void Another_network_is_refused_before_images_are_looked_for() => Cifarfast.Run(
        "train", "--no-report", "--init", Source, "--data", "nowhere", "--out", _temporary.Below("run")).EndedWith(
            ExitCode.Failure, "last.safetensors: 0.weight is missing: it is damaged, or was made for another network");

    private Outcome Train(string name, params string[] options) => Cifarfast.Run(["train", "--data", _other, .. Few, "--out", _temporary.Below(name), .. options]);
}

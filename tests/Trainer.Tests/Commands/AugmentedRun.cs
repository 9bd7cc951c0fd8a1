using System.Text.Json.Nodes;
using CifarFast.Engine.Tests.Data;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>A short run of the reference network whose recipe is measured with test-time augmentation, which several tests look at.</summary>
public sealed class AugmentedRun : IDisposable
{
    public const int TestImages = 20;

    private readonly TemporaryDirectory _temporary = new();

    public AugmentedRun()
    {
        Data = TinyCifar.WriteDirectory(_temporary.Below("data"), TinyCifar.Files(trainRecords: 24, TestImages));
        string[] options = ["--data", Data, "--epochs", "2", "--batch-size", "30", "--lr", "0.02"];
        Cifarfast.Run(["train", "--no-report", "--max-steps", "1", "--out", _temporary.Below("plain"), .. options]).Succeeded();
        string config = _temporary.Below("plain", "config.json");
        JsonNode edited = JsonNode.Parse(File.ReadAllText(config))!;
        edited["options"]!["recipe"]!["test_time_augmentation"] = "mirror_and_shifts";
        edited["options"]!["recipe"]!["max_steps"] = null;
        File.WriteAllText(config, edited.ToJsonString());
        Directory = _temporary.Below("run");
        Outcome = Cifarfast.Run("train", "--config", config, "--out", Directory);
    }

    public string Data { get; }

    public string Directory { get; }

    public Outcome Outcome { get; }

    public string Best => Path.Combine(Directory, "checkpoints", "best.safetensors");

    public void Dispose() => _temporary.Dispose();
}

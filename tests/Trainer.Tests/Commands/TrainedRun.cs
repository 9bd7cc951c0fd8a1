using CifarFast.Engine.Tests.Data;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>A run of two epochs of 100 batches, which several tests look at.</summary>
public sealed class TrainedRun : IDisposable
{
    public const int BatchSize = 4;
    public const int TrainImages = 400;
    public const int TestImages = 60;

    private readonly TemporaryDirectory _temporary = new();

    public TrainedRun()
    {
        Begun = DateTimeOffset.Now;
        Data = TinyCifar.WriteDirectory(_temporary.Below("data"), TinyCifar.Files(TrainImages / 5, TestImages));
        Directory = _temporary.Below("run");
        Outcome = Cifarfast.Run(
            "train", "--data", Data, "--epochs", "2", "--batch-size", $"{BatchSize}", "--lr", "0.02", "--seed", "7", "--threads", "2", "--out", Directory);
    }

    public DateTimeOffset Begun { get; }

    public string Data { get; }

    public string Directory { get; }

    public Outcome Outcome { get; }

    public void Dispose() => _temporary.Dispose();
}

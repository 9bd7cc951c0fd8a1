using System.Diagnostics;
using CifarFast.Engine.Tests.Data;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>
/// A run that nothing happens to, for others to be compared with. It is small, but it has all that can be lost: momentum buffers,
/// held-out images, rows of batches, and checkpoints between the last step of an epoch and its end.
/// </summary>
public sealed class UninterruptedRun : IAsyncLifetime
{
    public const int Epochs = 3;
    public const int BatchesOfEpoch = 55;
    public const int Steps = Epochs * BatchesOfEpoch;

    private const int BatchSize = 2;
    private const int HeldOut = 50;

    private readonly TemporaryDirectory _temporary = new();

    /// <summary>The run's folder.</summary>
    public string Directory => _temporary.Below("run");

    /// <summary>How long it took, on this machine as it is.</summary>
    public TimeSpan Duration { get; private set; }

    public async ValueTask InitializeAsync()
    {
        const int Images = (BatchesOfEpoch * BatchSize) + HeldOut;
        TinyCifar.WriteDirectory(_temporary.Below("data"), TinyCifar.Files(Images / 5, testRecords: 20));
        long start = Stopwatch.GetTimestamp();
        (await CifarfastProcess.RunAsync(_temporary.Path, [], CommandLine(Directory))).Succeeded();
        Duration = Stopwatch.GetElapsedTime(start);
    }

    /// <summary>The command line that does the same in another folder.</summary>
    public string[] CommandLine(string folder, int threads = 2, int checkpointEvery = 11, string learningRate = "0.01", params string[] more) =>
    [
        "train", "--no-report", "--data", _temporary.Below("data"), "--validation-split", "0.3125", "--epochs", $"{Epochs}", "--batch-size", $"{BatchSize}",
        "--momentum", "0.9", "--lr", learningRate, "--seed", "3", "--checkpoint-every", $"{checkpointEvery}", "--threads", $"{threads}", "--out", folder, .. more,
    ];

    public ValueTask DisposeAsync()
    {
        _temporary.Dispose();
        return ValueTask.CompletedTask;
    }
}

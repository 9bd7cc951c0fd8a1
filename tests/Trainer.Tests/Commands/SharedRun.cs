using System.Diagnostics;
using CifarFast.Engine.Tests.Data;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>A small run of one process, for those of several to be compared with: images held out, an epoch's last batch smaller, checkpoints between.</summary>
public sealed class SharedRun : IAsyncLifetime
{
    public const int Epochs = 12;

    private readonly TemporaryDirectory _temporary = new();

    /// <summary>The run's folder.</summary>
    public string Directory => _temporary.Below("run");

    /// <summary>How long it took, on this machine as it is.</summary>
    public TimeSpan Duration { get; private set; }

    public async ValueTask InitializeAsync()
    {
        TinyCifar.WriteDirectory(_temporary.Below("data"), TinyCifar.Files(trainRecords: 12, testRecords: 20));
        long start = Stopwatch.GetTimestamp();
        (await CifarfastProcess.RunAsync(_temporary.Path, [], CommandLine(Directory))).Succeeded();
        Duration = Stopwatch.GetElapsedTime(start);
    }

    /// <summary>The command line that does the same in another folder, for longer or with more options where these are given.</summary>
    public string[] CommandLine(string folder, int epochs = Epochs, params string[] more) =>
    [
        "train", "--no-report", "--data", _temporary.Below("data"), "--batch-size", "7", "--momentum", "0.9",
        "--validation-split", "0.2", "--seed", "3", "--checkpoint-every", "2", "--epochs", $"{epochs}", "--out", folder, .. more,
    ];

    public ValueTask DisposeAsync()
    {
        _temporary.Dispose();
        return ValueTask.CompletedTask;
    }
}

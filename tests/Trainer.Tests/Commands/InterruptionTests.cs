using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using CifarFast.Engine.Files;
using CifarFast.Engine.Tests.Data;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>Signals, sent to processes of their own.</summary>
public sealed class InterruptionTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData("INT", ExitCode.Interrupted)]
    [InlineData("TERM", ExitCode.Terminated)]
    [InlineData("HUP", ExitCode.HungUp)]
    public async Task A_signal_ends_the_run_in_good_order(string signal, int exitCode)
    {
        CifarfastProcess.SkipUnlessSignalsAreHeeded();
        using CifarfastProcess process = Start(images: 100, "--epochs", "1000000");
        await process.WaitForLineAsync("epoch 1/1000000 done");

        await process.SignalAsync(signal);

        Outcome outcome = await process.EndAsync();
        string run = Path.Combine("runs", "first");
        outcome.EndedWith(exitCode, "stopped ", $"saved in {run}; to go on:");
        Assert.Contains("stopping and saving; once more to leave at once", outcome.Lines);
        Assert.EndsWith($" train --resume {run}", outcome.Lines[^2]);
        Assert.Equal("stopped", Summary.Load(_temporary.Below(run)).Text("status"));
    }

    /// <summary>By the naive kernels a step on 2000 images takes minutes; nobody is to wait for its end.</summary>
    [Theory]
    [InlineData("INT", ExitCode.Interrupted)]
    [InlineData("TERM", ExitCode.Terminated)]
    public async Task A_signal_does_not_wait_for_the_end_of_a_step(string signal, int exitCode)
    {
        CifarfastProcess.SkipUnlessSignalsAreHeeded();
        using CifarfastProcess process = Start(images: 2000, "--kernels", "naive", "--batch-size", "2000");
        string run = _temporary.Below("runs", "first");
        await process.WaitUntilAsync(() => File.Exists(Path.Combine(run, "batches.csv")));
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);

        await process.SignalAsync(signal);

        Outcome outcome = await process.EndAsync();
        outcome.EndedWith(exitCode, "stopped at its start, saved in ", "to go on:");
        Assert.EndsWith($" train --resume {Path.Combine("runs", "first")}", outcome.Lines[^2]);
        Assert.Equal("0", RunFiles.Checkpoint(run, "last").Metadata("step"));
    }

    /// <summary>By the naive kernels an evaluation on 2000 images takes a minute or so.</summary>
    [Fact]
    public async Task A_signal_does_not_wait_for_the_end_of_an_evaluation()
    {
        CifarfastProcess.SkipUnlessSignalsAreHeeded();
        string data = TinyCifar.WriteDirectory(_temporary.Below("data"), TinyCifar.Files(trainRecords: 1, testRecords: 2000));
        using CifarfastProcess process = CifarfastProcess.Start(
            _temporary.Path, [], "train", "--no-report", "--data", data, "--out", "run", "--kernels", "naive", "--limit-train", "1");
        string run = _temporary.Below("run");
        string batches = Path.Combine(run, "batches.csv");
        await process.WaitUntilAsync(() => File.Exists(batches) && File.ReadAllLines(batches).Length > 1);

        await process.SignalAsync("INT");

        (await process.EndAsync()).EndedWith(ExitCode.Interrupted, "stopped ", "to go on:");
        Assert.Empty(RunFiles.Rows(Path.Combine(run, "metrics.csv")));
        Assert.Equal("1", RunFiles.Checkpoint(run, "last").Metadata("step"));
    }

    /// <summary>The images are asked of a server that never answers.</summary>
    [Theory]
    [InlineData("INT", ExitCode.Interrupted)]
    [InlineData("TERM", ExitCode.Terminated)]
    public async Task A_signal_while_images_are_loaded_leaves_everything_as_it_was(string signal, int exitCode)
    {
        CifarfastProcess.SkipUnlessSignalsAreHeeded();
        using var server = new TcpListener(IPAddress.Loopback, port: 0);
        server.Start();
        string mirror = $"http://{server.LocalEndpoint}/";
        async Task<Outcome> Interrupt(params string[] options)
        {
            using CifarfastProcess process = CifarfastProcess.Start(_temporary.Path, [], ["train", "--no-report", "--mirror", mirror, .. options]);
            using TcpClient client = await server.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
            await process.SignalAsync(signal);
            return await process.EndAsync();
        }

        (await Interrupt("--out", "run")).EndedWith(exitCode, "stopped before training began; nothing was saved");
        Assert.False(Directory.Exists(_temporary.Below("run")));

        (await CifarfastProcess.RunAsync(_temporary.Path, [], CommandLine(images: 5, "--epochs", "1"))).Succeeded();
        Directory.Delete(_temporary.Below("data"), recursive: true);
        string run = Path.Combine("runs", "first");
        byte[] checkpoint = File.ReadAllBytes(_temporary.Below(run, "checkpoints", "last.safetensors"));

        Outcome outcome = await Interrupt("--resume", run, "--epochs", "2");

        outcome.EndedWith(exitCode, $"stopped before training went on; {run} is as it was; to go on:");
        Assert.EndsWith($" train --resume {run}", outcome.Lines[^2]);
        Assert.Equal("completed", Summary.Load(_temporary.Below(run)).Text("status"));
        Assert.Equal(checkpoint, File.ReadAllBytes(_temporary.Below(run, "checkpoints", "last.safetensors")));
    }

    [Theory]
    [InlineData("INT", ExitCode.Interrupted)]
    [InlineData("TERM", ExitCode.Terminated)]
    public async Task A_second_signal_waits_for_nothing(string signal, int exitCode)
    {
        CifarfastProcess.SkipUnlessSignalsAreHeeded();

        // The best checkpoint goes to a pipe that is never read: once the first epoch is done, the run ends no other way.
        string checkpoints = Directory.CreateDirectory(_temporary.Below("runs", "first", "checkpoints")).FullName;
        using (Process make = Process.Start("mkfifo", [Path.Combine(checkpoints, "best.safetensors" + DurableFile.TemporarySuffix)]))
        {
            await make.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        using CifarfastProcess process = Start(images: 100, "--epochs", "1000000");
        await process.WaitForLineAsync("epoch 1/1000000 done");

        await process.SignalAsync(signal);
        await process.WaitForLineAsync("stopping and saving; once more to leave at once");
        await process.SignalAsync(signal);

        Outcome outcome = await process.EndAsync();
        Assert.Equal((exitCode, ""), (outcome.ExitCode, outcome.Error));
    }

    [Fact]
    public async Task A_signal_while_the_report_is_drawn_leaves_a_complete_run()
    {
        CifarfastProcess.SkipUnlessSignalsAreHeeded();

        // Whoever writes a report waits for its lock, so this one is never finished before the signal comes.
        string run = Path.Combine("runs", "first");
        Directory.CreateDirectory(_temporary.Below(run));
        using IDisposable? taken = FileLock.TryTake(_temporary.Below(run, ".report.lock"));
        using CifarfastProcess process = CifarfastProcess.Start(
            _temporary.Path, [], [.. CommandLine(images: 5, "--epochs", "1").Where(option => option != "--no-report")]);
        await process.WaitForLineAsync("best epoch by");

        await process.SignalAsync("INT");

        Outcome outcome = await process.EndAsync();
        outcome.EndedWith(ExitCode.Interrupted, "stopped before the report was drawn; the run is complete and saved; to draw its report: ", $" report {run}");
        Assert.Equal("completed", Summary.Load(_temporary.Below(run)).Text("status"));
        Assert.False(File.Exists(_temporary.Below(run, "report.html")));
        Assert.False(Directory.Exists(_temporary.Below(run, "pictures")));
    }

    [Fact]
    public async Task Under_nohup_it_does_not_mind_that_the_terminal_is_closed()
    {
        CifarfastProcess.SkipUnlessSignalsAreHeeded();
        using CifarfastProcess process = CifarfastProcess.StartInShell(
            _temporary.Path, "trap '' HUP; exec \"$0\" \"$@\"", CommandLine(images: 100, "--epochs", "1000000"));
        await process.WaitForLineAsync("epoch 1/1000000 done");

        await process.SignalAsync("HUP");
        await process.WaitForLineAsync("epoch 4/1000000 done");
        await process.SignalAsync("TERM");

        // Had the first one stopped it, this would be 129.
        (await process.EndAsync()).EndedWith(ExitCode.Terminated, "stopped ");
    }

    private CifarfastProcess Start(int images, params string[] options) =>
        CifarfastProcess.Start(_temporary.Path, [], CommandLine(images, options));

    private string[] CommandLine(int images, params string[] options)
    {
        string data = TinyCifar.WriteDirectory(_temporary.Below("data"), TinyCifar.Files(trainRecords: images / 5, testRecords: 100));
        return ["train", "--no-report", "--data", data, "--out", Path.Combine("runs", "first"), .. options];
    }
}

using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Tests.Data;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>
/// A run that is killed at random moments and resumed, until it is done. Some of the moments are random times since the
/// start, others are aimed at what takes a short time only: a checkpoint that is being written, the end of an epoch, the end of the run.
/// </summary>
internal sealed class KilledRun(UninterruptedRun example, Random random) : IDisposable
{
    /// <summary>What the system says of a process that SIGKILL ended.</summary>
    private const int Killed = 128 + 9;

    private readonly TemporaryDirectory _temporary = new();
    private long _step;

    private string Folder => _temporary.Below("run");

    private string Checkpoints => Path.Combine(Folder, "checkpoints");

    private string? LastCheckpoint => RunFiles.FindLastCheckpoint(Folder);

    private bool HasCheckpoint => LastCheckpoint is not null;

    public void Dispose() => _temporary.Dispose();

    /// <summary>Starts the run or resumes it, and kills it; null where it was done before.</summary>
    public async Task<KillPhase?> StartAndKillAsync(int threads)
    {
        DateTime started = DateTime.UtcNow;
        using CifarfastProcess process = Start(threads);
        await WaitForMomentAsync(process);
        process.Kill();
        Outcome outcome = await process.EndAsync();
        if (outcome.ExitCode == ExitCode.Success)
        {
            CheckEnd(outcome);
            return null;
        }

        Assert.True(outcome.ExitCode == Killed, $"exit code {outcome.ExitCode}: {outcome.Error}");
        return Look(started);
    }

    /// <summary>Starts the run or resumes it, and lets it finish.</summary>
    public async Task CompleteAsync(int threads)
    {
        using CifarfastProcess process = Start(threads);
        CheckEnd(await process.EndAsync());
    }

    private CifarfastProcess Start(int threads) => CifarfastProcess.Start(
        _temporary.Path,
        [],
        HasCheckpoint ? ["train", "--no-report", "--resume", Folder, "--threads", $"{threads}"] : example.CommandLine(Folder, threads));

    private void CheckEnd(Outcome outcome)
    {
        outcome.Succeeded();
        RunFiles.AssertSameEndAndFiles(example.Directory, Folder);
    }

    private async Task WaitForMomentAsync(CifarfastProcess process)
    {
        Task DelayAsync(TimeSpan most) => process.DelayAsync(most * random.NextDouble());
        switch (random.Next(6))
        {
            case var any when any % 2 == 0 && !HasCheckpoint:
                await DelayAsync(example.Duration / 4);
                break;
            case 0:
                await DelayAsync(example.Duration / 2);
                DateTime from = DateTime.UtcNow;
                await process.WaitUntilAsync(() => IsWriting(from));
                await DelayAsync(TimeSpan.FromMilliseconds(20));
                break;
            case 1:
                await process.SeesLineAsync(line => line.Contains(" batch 50/", StringComparison.Ordinal));
                await DelayAsync(example.Duration / (2 * UninterruptedRun.Epochs));
                break;
            case 2:
                await process.SeesLineAsync(line => line.Contains(" done:", StringComparison.Ordinal));
                await DelayAsync(TimeSpan.FromMilliseconds(60));
                break;
            case 3:
                await process.SeesLineAsync(line => line.StartsWith($"epoch {UninterruptedRun.Epochs}/{UninterruptedRun.Epochs} done", StringComparison.Ordinal));
                await DelayAsync(TimeSpan.FromMilliseconds(120));
                break;
            default:
                await DelayAsync(example.Duration);
                break;
        }
    }

    /// <summary>Whether a temporary file was written to since a time; those of earlier kills lie about, too.</summary>
    private bool IsWriting(DateTime since) =>
        Directory.Exists(Folder) && Directory.GetFiles(Folder, "*.tmp", SearchOption.AllDirectories).Any(file => File.GetLastWriteTimeUtc(file) > since);

    /// <summary>Makes sure that nothing was lost, and finds out what the run was at.</summary>
    private KillPhase Look(DateTime started)
    {
        string last = Path.Combine(Checkpoints, "last.safetensors");
        string best = Path.Combine(Checkpoints, "best.safetensors");
        if (File.Exists(best))
        {
            Checkpoint.Read(best);
        }

        if (LastCheckpoint is not string path)
        {
            Assert.Equal(0, _step);
            return KillPhase.BeforeFirstCheckpoint;
        }

        var checkpoint = Checkpoint.Read(path);
        bool hasMoved = checkpoint.State.Step > _step;

        // Between the two renames the file that was last goes by the name of previous already: never is a step lost that was saved.
        Assert.True(checkpoint.State.Step >= _step, $"step {_step} was saved, but now it is {checkpoint.State.Step}");
        _step = checkpoint.State.Step;
        return !File.Exists(last) ? KillPhase.BetweenRenames
            : IsWriting(started) ? KillPhase.WritingFile
            : checkpoint.State.Epochs.Count == UninterruptedRun.Epochs ? KillPhase.Finishing
            : !hasMoved ? KillPhase.TakingUp
            : checkpoint.State.Batch == UninterruptedRun.BatchesOfEpoch ? KillPhase.Evaluating
            : checkpoint.State.Batch == 0 && _step > 0 ? KillPhase.AfterEpoch
            : KillPhase.Training;
    }
}

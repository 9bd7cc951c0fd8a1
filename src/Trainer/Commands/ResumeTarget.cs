using CifarFast.Engine.Checkpoints;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Commands;

/// <summary>What a person named with <c>--resume</c>: a run, or one of its checkpoints.</summary>
/// <param name="Run">The run's directory, or null for a checkpoint that lies in none.</param>
/// <param name="File">The checkpoint, or null for the last one of the run.</param>
internal sealed record ResumeTarget(string? Run, string? File)
{
    /// <summary>Finds what <paramref name="name"/> means.</summary>
    /// <exception cref="RunException">There is no such thing.</exception>
    public static ResumeTarget Find(string name)
    {
        return name == RunName.Latest ? new ResumeTarget(RunName.FindLatest("--resume"), File: null)
            : RunName.Find(name) is string run ? OfRun(run)
            : System.IO.File.Exists(name) ? new ResumeTarget(RunOf(name), name)
            : throw new RunException($"--resume: '{name}' does not exist; name a run's folder, a checkpoint, or {RunName.Latest}{RunName.Suggest(name)}");
    }

    /// <summary>Reads the checkpoint to go on from.</summary>
    /// <param name="inPlace">Whether the run goes on in its own folder, where nothing newer may be overwritten.</param>
    /// <param name="warn">Is told of a damaged checkpoint that was passed over.</param>
    /// <exception cref="CheckpointException">It is damaged, or no checkpoint.</exception>
    /// <exception cref="RunException">There is none, or it cannot be gone on from in place.</exception>
    public Checkpoint Read(bool inPlace, Action<string> warn)
    {
        if (Run is null)
        {
            return inPlace
                ? throw new RunException($"--resume: '{File}' lies in no run's folder; say with --out where the run is to go on")
                : Checkpoint.Read(File!);
        }

        using var store = new CheckpointStore(new RunPaths(Run).Checkpoints);
        if (File is not null && !inPlace)
        {
            return Checkpoint.Read(File);
        }

        Checkpoint? wanted = File is null ? null : Checkpoint.Read(File);
        Checkpoint last = store.ReadLast(out CheckpointException? damage);
        if (wanted?.State.Step < last.State.Step)
        {
            throw new RunException(
                $"--resume: '{File}' is of step {wanted.State.Step}, but the run is at step {last.State.Step}; to go back, give the run another folder with --out");
        }

        if (damage is not null)
        {
            warn($"{damage.Message}; going on from {last.Path}, step {last.State.Step}");
        }

        return wanted?.State.Step > last.State.Step ? wanted : last;
    }

    /// <summary>The run that a checkpoint lies in; any directory may happen to have the name of those of checkpoints.</summary>
    private static string? RunOf(string file)
    {
        if (RunPaths.RunOfCheckpoint(file) is not string run)
        {
            return null;
        }

        using var store = new CheckpointStore(new RunPaths(run).Checkpoints);
        return store.HasAny ? run : null;
    }

    /// <summary>A folder without a checkpoint is no run, and nothing is to be left in it.</summary>
    private static ResumeTarget OfRun(string directory)
    {
        using var store = new CheckpointStore(new RunPaths(directory).Checkpoints);
        return store.HasAny
            ? new ResumeTarget(directory, File: null)
            : throw new RunException($"--resume: '{directory}' has no checkpoint, so there is nothing to go on from; begin the run again without --resume");
    }
}

using CifarFast.Engine.Checkpoints;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Commands;

/// <summary>What a person named with <c>--checkpoint</c>.</summary>
internal static class ModelFile
{
    /// <summary>The file that <paramref name="name"/> means: itself, or the best checkpoint of a run, or its last one where no epoch is done.</summary>
    /// <exception cref="RunException">There is none.</exception>
    public static string Find(string name)
    {
        if (RunName.Find(name) is not string run)
        {
            return name;
        }

        return FindIn(run) ?? throw new RunException($"--checkpoint: '{run}' has no checkpoint");
    }

    /// <summary>The best checkpoint of the run in a directory, or its last one where no epoch is done; null where there is none.</summary>
    public static string? FindIn(string run)
    {
        using var store = new CheckpointStore(new RunPaths(run).Checkpoints);
        return new[] { store.BestPath, store.LastPath, store.PreviousPath }.FirstOrDefault(File.Exists);
    }
}

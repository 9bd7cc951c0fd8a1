using CifarFast.Engine.Checkpoints;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Commands;

/// <summary>Finds the weights a person named.</summary>
internal static class ModelFile
{
    /// <summary>The file that <paramref name="name"/> means: itself, or the best checkpoint of a run, or its last one where no epoch is done.</summary>
    /// <param name="option">The option that it was named with, or nothing.</param>
    /// <param name="name">What the person calls it.</param>
    /// <exception cref="RunException">There is none.</exception>
    public static string Find(string option, string name)
    {
        string? run = name == RunName.Latest ? RunName.FindLatest(option) : RunName.Find(name);
        return run is null ? Path.Exists(name) ? name : throw new RunException($"{name} does not exist{RunName.Suggest(name)}")
            : AllIn(run).FirstOrDefault() ?? throw new RunException($"{(option.Length > 0 ? $"{option}: " : "")}'{run}' has no checkpoint");
    }

    /// <summary>The checkpoints of the run in a directory: the best one, the last one, and the one before, so far as they are there.</summary>
    public static IReadOnlyList<string> AllIn(string run)
    {
        using var store = new CheckpointStore(new RunPaths(run).Checkpoints);
        return [.. new[] { store.BestPath, store.LastPath, store.PreviousPath }.Where(File.Exists)];
    }
}

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
        string run = Directory.Exists(name) ? name : Path.Combine(RunFolder.Parent, name);
        if (File.Exists(name) || !Directory.Exists(run))
        {
            return name;
        }

        var store = new CheckpointStore(RunFolder.CheckpointsOf(run));
        return File.Exists(store.BestPath) ? store.BestPath
            : File.Exists(store.LastPath) ? store.LastPath
            : File.Exists(store.PreviousPath) ? store.PreviousPath
            : throw new RunException($"--checkpoint: '{run}' has no checkpoint");
    }
}

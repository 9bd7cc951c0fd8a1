using System.Text.Json;
using CifarFast.Engine.Checkpoints;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Commands;

/// <summary>Finds the weights a person named.</summary>
internal static class ModelFile
{
    /// <summary>The file that <paramref name="name"/> means: itself, or a checkpoint of a run.</summary>
    /// <param name="option">The option that it was named with, or nothing.</param>
    /// <param name="name">What the person calls it.</param>
    /// <param name="weights">Which of a run's weights are wanted; null for those that its recipe makes for.</param>
    /// <exception cref="RunException">There is none.</exception>
    /// <exception cref="UsageException">It is a file, of which there are no weights to choose.</exception>
    public static string Find(string option, string name, RunWeights? weights = null)
    {
        string? run = name == RunName.Latest ? RunName.FindLatest(option) : RunName.Find(name);
        if (run is null)
        {
            return !Path.Exists(name) ? throw new RunException($"{name} does not exist{RunName.Suggest(name)}")
                : weights is null ? name
                : throw new UsageException($"--weights chooses among the checkpoints of a run, and '{name}' is a file; leave it out");
        }

        return AllIn(run, weights).FirstOrDefault() ?? throw new RunException(
            $"{(option.Length > 0 ? $"{option}: " : "")}'{run}' has no {(weights == RunWeights.Best ? "checkpoint of a best epoch; --weights last takes the one it was saved with last" : "checkpoint")}");
    }

    /// <summary>The checkpoints of the run in a directory, so far as they are there, those first that stand for it.</summary>
    /// <param name="run">The directory.</param>
    /// <param name="weights">
    /// Which weights are wanted; null for those that the recipe makes for: where it plans the learning rate to the end of the run, the last ones,
    /// else those of the best epoch.
    /// </param>
    public static IReadOnlyList<string> AllIn(string run, RunWeights? weights = null)
    {
        using var store = new CheckpointStore(new RunPaths(run).Checkpoints);
        string[] last = [store.LastPath, store.PreviousPath];
        string[] order = weights switch
        {
            RunWeights.Best => [store.BestPath],
            RunWeights.Last => last,
            _ when WeightsOf(run) == RunWeights.Last => [.. last, store.BestPath],
            _ => [store.BestPath, .. last],
        };
        return [.. order.Where(File.Exists)];
    }

    private static RunWeights WeightsOf(string run)
    {
        try
        {
            return RunConfig.Parse(File.ReadAllBytes(new RunPaths(run).Config))?.Options.Recipe.IsPlannedToItsEnd == true ? RunWeights.Last : RunWeights.Best;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            return RunWeights.Best;
        }
    }
}

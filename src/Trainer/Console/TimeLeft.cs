using CifarFast.Engine.Recipes;
using CifarFast.Engine.Training;

namespace CifarFast.Trainer.Console;

/// <summary>Guesses how long something still takes from how fast it went so far.</summary>
internal static class TimeLeft
{
    /// <summary>Seconds until the last batch of the epoch, the evaluation not counted.</summary>
    public static double OfEpoch(in BatchProgress progress, int batchSize) =>
        (progress.Batches - progress.Batch) * batchSize / progress.ImagesPerSecond;

    /// <summary>Seconds until the last step of the run, and for each epoch's evaluation as long as that of the last epoch took.</summary>
    /// <param name="progress">Where the run stands.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="last">The last epoch that is done, or null, when evaluations are not counted.</param>
    public static double OfRun(in BatchProgress progress, Recipe recipe, EpochMetrics? last)
    {
        // The last epoch of a run may be shorter than those before it.
        int batches = progress.Epoch == 1 ? progress.Batches : (int)((progress.Step - progress.Batch) / (progress.Epoch - 1));
        long end = Math.Min(recipe.EpochCount == 1 ? progress.Batches : recipe.Steps(batches), recipe.MaxSteps ?? long.MaxValue);
        long steps = end - progress.Step;
        long evaluations = (progress.Batch + steps + batches - 1) / batches;
        return (steps * recipe.BatchSize / progress.ImagesPerSecond) + (last is null ? 0 : evaluations * (last.Seconds - last.TrainSeconds));
    }
}

using CifarFast.Engine.Training;

namespace CifarFast.Trainer.Console;

/// <summary>Guesses how long something still takes from how fast it went so far.</summary>
internal static class TimeLeft
{
    /// <summary>Seconds until the last batch of the epoch, the evaluation not counted.</summary>
    public static double OfEpoch(in BatchProgress progress, int batchSize) =>
        (progress.Batches - progress.Batch) * batchSize / progress.ImagesPerSecond;
}

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
    /// <param name="options">The recipe.</param>
    /// <param name="last">The last epoch that is done, or null, when evaluations are not counted.</param>
    public static double OfRun(in BatchProgress progress, TrainingOptions options, EpochMetrics? last)
    {
        long stepsOfEpochs = ((options.Epochs - progress.Epoch + 1L) * progress.Batches) - progress.Batch;
        long steps = Math.Min(stepsOfEpochs, (options.MaxSteps ?? long.MaxValue) - progress.Step);
        long evaluations = (progress.Batch + steps + progress.Batches - 1) / progress.Batches;
        return (steps * options.BatchSize / progress.ImagesPerSecond) + (last is null ? 0 : evaluations * (last.Seconds - last.TrainSeconds));
    }
}

namespace CifarFast.Engine.Training;

/// <summary>The metrics of some batches in a row, <see cref="IntervalOf"/> of them.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Batch">The last of the batches within the epoch, from 1.</param>
/// <param name="Step">The last of the batches since the start of the run, from 1.</param>
/// <param name="Loss">The mean loss over the images of these batches.</param>
/// <param name="Accuracy">The share of the images of these batches that were classified correctly, 0 to 1.</param>
/// <param name="ImagesPerSecond">Training speed over these batches.</param>
/// <param name="LearningRate">The learning rate of the last of the batches.</param>
public sealed record BatchMetrics(
    int Epoch,
    int Batch,
    long Step,
    double Loss,
    double Accuracy,
    double ImagesPerSecond,
    float LearningRate)
{
    /// <summary>The most batches there are to a row.</summary>
    internal const int MaxInterval = 50;

    private const int RowsOfShortEpoch = 10;

    /// <summary>
    /// Batches of a row: <see cref="MaxInterval"/>, or fewer where an epoch is so short that it would have less than ten rows. What
    /// an epoch has left over at its end belongs to none.
    /// </summary>
    /// <param name="batchesOfEpoch">How many batches an epoch has.</param>
    internal static int IntervalOf(int batchesOfEpoch) => Math.Clamp(batchesOfEpoch / RowsOfShortEpoch, 1, MaxInterval);
}

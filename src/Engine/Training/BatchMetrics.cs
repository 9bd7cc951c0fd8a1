namespace CifarFast.Engine.Training;

/// <summary>What <see cref="Interval"/> batches in a row came to.</summary>
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
    /// <summary>Batches of a row; what an epoch has left over at its end belongs to none.</summary>
    public const int Interval = 50;
}

namespace CifarFast.Engine.Training;

/// <summary>What an epoch came to.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="TrainLoss">The mean loss over the images trained on, each as it was when its batch came.</param>
/// <param name="TrainAccuracy">The share of these images classified correctly, 0 to 1.</param>
/// <param name="TestLoss">The mean loss on the test set after the epoch; NaN where there is no test set.</param>
/// <param name="TestAccuracy">The accuracy on the test set after the epoch, 0 to 1; NaN where there is no test set.</param>
/// <param name="Seconds">Duration with evaluation.</param>
/// <param name="TrainSeconds">Duration without evaluation.</param>
/// <param name="ImagesPerSecond">Images trained on, divided by <paramref name="TrainSeconds"/>.</param>
public sealed record EpochMetrics(
    int Epoch,
    double TrainLoss,
    double TrainAccuracy,
    double TestLoss,
    double TestAccuracy,
    double Seconds,
    double TrainSeconds,
    double ImagesPerSecond);

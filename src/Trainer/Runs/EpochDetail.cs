namespace CifarFast.Trainer.Runs;

/// <summary>A row of <c>epochs_detail</c> in <c>summary.json</c>.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="TrainLoss">Mean loss over the images trained on.</param>
/// <param name="TrainAccuracy">Accuracy on the images trained on, 0 to 1.</param>
/// <param name="TestLoss">Mean loss on the test set after the epoch.</param>
/// <param name="TestAccuracy">Accuracy on the test set after the epoch, 0 to 1.</param>
/// <param name="Seconds">Duration with evaluation.</param>
/// <param name="TrainSeconds">Duration without evaluation.</param>
/// <param name="ImagesPerSecond">Images trained on, divided by the duration without evaluation.</param>
internal sealed record EpochDetail(
    int Epoch,
    double TrainLoss,
    double TrainAccuracy,
    double TestLoss,
    double TestAccuracy,
    double Seconds,
    double TrainSeconds,
    double ImagesPerSecond);

using CifarFast.Engine.Evaluation;
namespace CifarFast.Engine.Training;

/// <summary>The metrics of an epoch. Losses are means per image, accuracies 0 to 1; NaN where there is no such set of images.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Step">Steps from the start of the run to the end of the epoch.</param>
/// <param name="TrainLoss">The mean loss over the images trained on, each as it was when its batch came.</param>
/// <param name="TrainAccuracy">The accuracy on the images trained on, each as it was when its batch came.</param>
/// <param name="ValidationLoss">The mean loss on the images held out, after the epoch.</param>
/// <param name="ValidationAccuracy">The accuracy on the images held out, after the epoch.</param>
/// <param name="TestLoss">The mean loss on the test set, after the epoch.</param>
/// <param name="TestAccuracy">The accuracy on the test set, after the epoch.</param>
/// <param name="LearningRate">The learning rate of the epoch's last step.</param>
/// <param name="Seconds">Duration with evaluation.</param>
/// <param name="TrainSeconds">Duration without evaluation.</param>
/// <param name="ImagesPerSecond">Images trained on, divided by <paramref name="TrainSeconds"/>.</param>
public sealed record EpochMetrics(
    int Epoch,
    long Step,
    double TrainLoss,
    double TrainAccuracy,
    double ValidationLoss,
    double ValidationAccuracy,
    double TestLoss,
    double TestAccuracy,
    float LearningRate,
    double Seconds,
    double TrainSeconds,
    double ImagesPerSecond)
{
    /// <summary>The figure called <paramref name="metric"/>.</summary>
    public double Value(Metric metric) => metric switch
    {
        Metric.TrainLoss => TrainLoss,
        Metric.TrainAccuracy => TrainAccuracy,
        Metric.ValidationLoss => ValidationLoss,
        Metric.ValidationAccuracy => ValidationAccuracy,
        _ => throw new ArgumentOutOfRangeException(nameof(metric)),
    };
}

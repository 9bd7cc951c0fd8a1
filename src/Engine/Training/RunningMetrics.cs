namespace CifarFast.Engine.Training;

/// <summary>Figures of batches, summed up.</summary>
/// <param name="LossSum">The sum of the losses of all images.</param>
/// <param name="Correct">How many images were classified correctly.</param>
/// <param name="Images">How many images there were.</param>
/// <param name="Seconds">How long it took.</param>
internal readonly record struct RunningMetrics(double LossSum, int Correct, int Images, double Seconds)
{
    /// <summary>The mean loss of an image.</summary>
    public double Loss => LossSum / Images;

    /// <summary>The share of images classified correctly, 0 to 1.</summary>
    public double Accuracy => (double)Correct / Images;

    /// <summary>Images divided by seconds.</summary>
    public double ImagesPerSecond => Images / Seconds;

    /// <summary>The sum with one more batch.</summary>
    internal RunningMetrics With(double lossSum, int correct, int images, double seconds) =>
        new(LossSum + lossSum, Correct + correct, Images + images, Seconds + seconds);
}

using System.Globalization;
using CifarFast.Engine.Training;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Console;

/// <summary>The live view's twin for logs and pipes: a line every 50 batches and one an epoch.</summary>
internal sealed class PlainView(TextWriter output, TextWriter error, int epochs) : ITrainingView
{
    public void StepCompleted(in BatchProgress progress)
    {
        if (progress.Batch % BatchMetrics.MaxInterval == 0)
        {
            Line($"epoch {progress.Epoch}/{epochs} batch {progress.Batch}/{progress.Batches} loss {LossFigure.Format(progress.EpochLoss)} accuracy {progress.EpochAccuracy:F4} images/s {progress.ImagesPerSecond:F0}");
        }
    }

    public void EpochCompleted(EpochMetrics metrics)
    {
        FormattableString validation = double.IsNaN(metrics.ValidationLoss)
            ? (FormattableString)$""
            : $" validation loss {LossFigure.Format(metrics.ValidationLoss)} validation accuracy {metrics.ValidationAccuracy:F4}";
        Line($"epoch {metrics.Epoch}/{epochs} done: train loss {LossFigure.Format(metrics.TrainLoss)} train accuracy {metrics.TrainAccuracy:F4}{validation} test loss {LossFigure.Format(metrics.TestLoss)} test accuracy {metrics.TestAccuracy:F4} seconds {metrics.Seconds:F1} images/s {metrics.ImagesPerSecond:F0}");
    }

    public void Note(string message) => Line($"{message}");

    public void Warn(string message) => error.WriteLine($"cifarfast: WARNING: {message}");

    private void Line(FormattableString line)
    {
        output.WriteLine(line.ToString(CultureInfo.InvariantCulture));
        output.Flush();
    }
}

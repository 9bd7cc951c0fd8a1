using System.Globalization;
using CifarFast.Engine.Training;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Console;

/// <summary>
/// The live view's twin for logs and pipes: a line every 50 batches and one an epoch, and where these take long, one every half a minute
/// that tells how far the run is.
/// </summary>
internal sealed class PlainView : ITrainingView, IDisposable
{
    private static readonly TimeSpan _longestSilence = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly TextWriter _output;
    private readonly TextWriter _error;
    private readonly int _epochs;
    private readonly string _loss;
    private readonly string _accuracy;
    private readonly Func<double> _batchesDone;
    private readonly ITimer _timer;
    private (int Epoch, int Batches)? _epoch;
    private BatchProgress? _batch;
    private (int Done, int Total)? _evaluated;

    /// <summary>Makes the view.</summary>
    /// <param name="output">Where lines go.</param>
    /// <param name="error">Where warnings go.</param>
    /// <param name="epochs">How many epochs there are to be.</param>
    /// <param name="batchesDone">Tells how many batches of the epoch are done, with the share of the one under way.</param>
    /// <param name="time">Tells when a line is due.</param>
    /// <param name="loss">What the training loss is called.</param>
    /// <param name="accuracy">What the training accuracy is called.</param>
    public PlainView(
        TextWriter output, TextWriter error, int epochs, Func<double> batchesDone, TimeProvider? time = null, string loss = "loss", string accuracy = "accuracy")
    {
        (_output, _error, _epochs, _batchesDone, _loss, _accuracy) = (output, error, epochs, batchesDone, loss, accuracy);
        _timer = (time ?? TimeProvider.System).CreateTimer(_ => Tick(), null, _longestSilence, Timeout.InfiniteTimeSpan);
    }

    public void EpochStarted(int epoch, int batches)
    {
        lock (_lock)
        {
            (_epoch, _batch, _evaluated) = ((epoch, batches), null, null);
        }
    }

    public void StepCompleted(in BatchProgress progress)
    {
        lock (_lock)
        {
            _batch = progress;
            if (progress.Batch % BatchMetrics.MaxInterval == 0)
            {
                Line($"epoch {progress.Epoch}/{_epochs} batch {progress.Batch}/{progress.Batches}{Figures(progress)}");
            }
        }
    }

    public void Evaluating(int epoch, int done, int total)
    {
        lock (_lock)
        {
            _evaluated = (done, total);
        }
    }

    public void EpochCompleted(EpochMetrics metrics)
    {
        FormattableString validation = double.IsNaN(metrics.ValidationLoss)
            ? (FormattableString)$""
            : $" validation loss {LossFigure.Format(metrics.ValidationLoss)} validation accuracy {metrics.ValidationAccuracy:F4}";
        Line($"epoch {metrics.Epoch}/{_epochs} done: train {_loss} {LossFigure.Format(metrics.TrainLoss)} train {_accuracy} {metrics.TrainAccuracy:F4}{validation} test loss {LossFigure.Format(metrics.TestLoss)} test accuracy {metrics.TestAccuracy:F4} seconds {metrics.Seconds:F1} images/s {metrics.ImagesPerSecond:F0}");
    }

    public void Note(string message) => Line($"{message}");

    public void Warn(string message) => _error.WriteLine($"cifarfast: WARNING: {message}");

    /// <summary>Lets no time bring another line.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _timer.Dispose();
            _epoch = null;
        }
    }

    private FormattableString Figures(BatchProgress batch) =>
        $" {_loss} {LossFigure.Format(batch.EpochLoss)} {_accuracy} {batch.EpochAccuracy:F4} images/s {batch.ImagesPerSecond:F0}";

    /// <summary>Tells how far the epoch is, as nothing else was told for so long.</summary>
    private void Tick()
    {
        lock (_lock)
        {
            if (_epoch is not (int epoch, int batches))
            {
                return;
            }

            if (_evaluated is (int done, int total))
            {
                Line($"epoch {epoch}/{_epochs} testing {done}/{total}");
            }
            else
            {
                FormattableString figures = _batch is BatchProgress batch ? Figures(batch) : (FormattableString)$"";
                Line($"epoch {epoch}/{_epochs} batch {_batchesDone():F1}/{batches}{figures}");
            }
        }
    }

    private void Line(FormattableString line)
    {
        lock (_lock)
        {
            _output.WriteLine(line.ToString(CultureInfo.InvariantCulture));
            _output.Flush();
            _timer.Change(_longestSilence, Timeout.InfiniteTimeSpan);
        }
    }
}

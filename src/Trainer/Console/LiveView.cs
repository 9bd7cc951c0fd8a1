using System.Diagnostics;
using System.Globalization;
using CifarFast.Engine.Training;
using Spectre.Console;

namespace CifarFast.Trainer.Console;

/// <summary>
/// The view on a terminal: a table of epochs that grows, and under it one line that is redrawn a few times a second with
/// how far the epoch is. It fits 80 columns.
/// </summary>
internal sealed class LiveView : ITrainingView
{
    private const double SecondsBetweenUpdates = 0.2;

    private readonly IAnsiConsole _console;
    private readonly ProgressContext _context;
    private readonly ProgressTask _task;
    private readonly TrainingOptions _options;
    private readonly bool _validates;
    private long _lastUpdate;

    private LiveView(IAnsiConsole console, ProgressContext context, TrainingOptions options, bool validates)
    {
        _console = console;
        _context = context;
        _task = context.AddTask("starting");
        _options = options;
        _validates = validates;
    }

    /// <summary>Runs <paramref name="train"/> with the view.</summary>
    /// <param name="console">The terminal.</param>
    /// <param name="options">The recipe.</param>
    /// <param name="validates">Whether there are images held out, whose figures want columns.</param>
    /// <param name="train">Trains.</param>
    public static TrainingResult Show(IAnsiConsole console, TrainingOptions options, bool validates, Func<ITrainingView, TrainingResult> train)
    {
        console.WriteLine(validates
            ? "  epoch  train loss  accuracy   val loss  accuracy  test acc    time  images/s"
            : "  epoch   train loss   accuracy   test loss   accuracy    time   images/s");
        return console.Progress()
            .AutoClear(true)
            .AutoRefresh(false)
            .Columns(new ProgressBarColumn { Width = 12 }, new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context => train(new LiveView(console, context, options, validates)));
    }

    public void EpochStarted(int epoch, int batches)
    {
        _task.MaxValue = batches;
        _task.Value = 0;
        Draw($"{epoch}/{_options.Epochs} 0/{batches}");
    }

    public void StepCompleted(in BatchProgress progress)
    {
        if (IsDue() || progress.Batch == progress.Batches)
        {
            _task.Value = progress.Batch;
            double left = TimeLeft.OfEpoch(progress, _options.BatchSize);
            Draw($"{progress.Epoch}/{_options.Epochs} {progress.Batch}/{progress.Batches} loss {LossFigure.Format(progress.EpochLoss)} acc {progress.EpochAccuracy * 100:F1}% {progress.ImagesPerSecond:F0} img/s {Clock.Format(left)} left");
        }
    }

    public void Evaluating(int epoch, int done, int total)
    {
        if (IsDue())
        {
            Draw($"{epoch}/{_options.Epochs} testing {done}/{total}");
        }
    }

    public void EpochCompleted(EpochMetrics metrics)
    {
        FormattableString row = _validates
            ? (FormattableString)$"{metrics.Epoch,7}{LossFigure.Format(metrics.TrainLoss),12}{metrics.TrainAccuracy * 100,9:F2}%{LossFigure.Format(metrics.ValidationLoss),11}{metrics.ValidationAccuracy * 100,9:F2}%{metrics.TestAccuracy * 100,9:F2}%{Clock.Format(metrics.Seconds),8}{metrics.ImagesPerSecond,10:F0}"
            : $"{metrics.Epoch,7}{LossFigure.Format(metrics.TrainLoss),13}{metrics.TrainAccuracy * 100,10:F2}%{LossFigure.Format(metrics.TestLoss),12}{metrics.TestAccuracy * 100,10:F2}%{Clock.Format(metrics.Seconds),8}{metrics.ImagesPerSecond,11:F0}";
        _console.WriteLine(row.ToString(CultureInfo.InvariantCulture));
    }

    public void Note(string message) => _console.WriteLine(message);

    public void Warn(string message) => Note($"cifarfast: WARNING: {message}");

    private void Draw(FormattableString description)
    {
        _task.Description = description.ToString(CultureInfo.InvariantCulture);
        _context.Refresh();
    }

    private bool IsDue()
    {
        if (Stopwatch.GetElapsedTime(_lastUpdate).TotalSeconds < SecondsBetweenUpdates)
        {
            return false;
        }

        _lastUpdate = Stopwatch.GetTimestamp();
        return true;
    }
}

using System.Globalization;
using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Data;
using CifarFast.Engine.Networks;
using CifarFast.Engine.Training;
using CifarFast.Trainer.Console;
using CifarFast.Trainer.Runs;
using Spectre.Console;

namespace CifarFast.Trainer.Commands;

/// <summary>A run of <c>train</c>, from the data set to the files it leaves behind.</summary>
internal sealed class TrainRun(Session session, TrainSettings settings)
{
    private bool IsLive => session.IsInteractive && !settings.NoProgress;

    /// <summary>Trains and returns the exit code.</summary>
    /// <exception cref="RunException">The run folder cannot be used, or the loss was no longer a number.</exception>
    /// <exception cref="DataException">The data set is missing, damaged or not to be had.</exception>
    public int Execute()
    {
        // Whatever can fail for a reason known now must not fail after hours of training.
        RunFolder folder = RunFolder.Open(settings.Out);
        using var interruption = new Interruption(() =>
        {
            RestoreTerminal();
            folder.RemoveIfEmpty();
        });
        try
        {
            return Execute(folder, interruption.Token);
        }
        catch (OperationCanceledException) when (interruption.ExitCode is int code)
        {
            session.Error.WriteLine("cifarfast: stopped; nothing was saved");
            folder.RemoveIfEmpty();
            return code;
        }
        catch
        {
            folder.RemoveIfEmpty();
            throw;
        }
    }

    private int Execute(RunFolder folder, CancellationToken cancellation)
    {
        LoadedDataset loaded = DownloadView.Show(session, IsLive, progress => DatasetLoader.Load(settings.Dataset, progress, cancellation));
        if (loaded.Warning is not null)
        {
            session.Error.WriteLine($"cifarfast: WARNING: {loaded.Warning}");
        }

        ImageSet train = Limit(loaded.Dataset.Train, settings.LimitTrain);
        ImageSet test = Limit(loaded.Dataset.Test, settings.LimitTest);
        Sequential architecture = NetworkCatalog.Reference();
        RunHeader.Write(session, settings, loaded, train, test, architecture);

        // A batch is never larger than the set, and memory for more would only be missed elsewhere.
        TrainingOptions options = settings.Training with { BatchSize = Math.Min(settings.Training.BatchSize, train.Count) };
        using var network = new Network(architecture, settings.Execution, options.BatchSize, options.Seed);
        var training = new TrainingSession(network, train, test, options);
        TrainingResult result = IsLive
            ? LiveView.Show(session.Console, options, observer => training.Run(observer, cancellation))
            : training.Run(new PlainView(session.Output, options.Epochs), cancellation);

        RunSummary summary = RunSummary.Of(settings, loaded.Dataset.Name, architecture.Name, train.Count, test.Count, result);
        Safetensors.Save(folder.WeightsPath, network, summary.Metadata);
        summary.Save(folder.SummaryPath);
        if (result.Diverged)
        {
            throw new RunException(string.Create(
                CultureInfo.InvariantCulture,
                $"the loss was no longer a finite number at step {result.Steps}; a lower --lr than {settings.Training.LearningRate} may help (what there is lies in {folder.Path})"));
        }

        WriteClosing(summary, folder);
        return ExitCode.Success;
    }

    // The live view hides the cursor; a process that ends at once would leave it so.
    private void RestoreTerminal()
    {
        if (IsLive)
        {
            session.Console.Cursor.Show();
            session.Console.WriteLine();
        }
    }

    private void WriteClosing(RunSummary summary, RunFolder folder)
    {
        session.Output.WriteLine();
        session.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"test accuracy {summary.FinalTestAccuracy * 100:F2}% (best {summary.BestTestAccuracy * 100:F2}%) after {Quantity.Of(summary.Steps, "step")} in {Clock.Format(summary.Seconds)}, {summary.ImagesPerSecond:F0} images/s"));
        session.Output.WriteLine($"written to {folder.Path}: {Path.GetFileName(folder.SummaryPath)}, {Path.GetFileName(folder.WeightsPath)}");
    }

    private static ImageSet Limit(ImageSet images, int? limit) => limit is int count ? images.Take(count) : images;
}

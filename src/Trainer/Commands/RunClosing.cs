using System.Globalization;
using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Files;
using CifarFast.Engine.Training;
using CifarFast.Trainer.Console;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Commands;

/// <summary>The end of a run: saves the results, however it ended, and says so.</summary>
/// <param name="session">Where to write.</param>
/// <param name="folder">The run's folder.</param>
/// <param name="store">Its checkpoints.</param>
internal sealed class RunClosing(Session session, RunFolder folder, CheckpointStore store)
{
    /// <summary>Does what may fail on a disk, and returns why it did, or null.</summary>
    public static Exception? Try(Action save)
    {
        try
        {
            save();
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return error;
        }
    }

    /// <summary>Saves the results of the run, and says so.</summary>
    /// <exception cref="RunException">Not all of it could be saved, or the run diverged.</exception>
    public void Run(RunRecorder recorder, TrainingSession training, RunConfig config, RunSummary summary)
    {
        if (summary.Status == StopReason.Diverged)
        {
            store.Flush();
            Try(() => summary.Save(folder.Paths.Summary));
            throw new RunException(string.Create(
                CultureInfo.InvariantCulture,
                $"the loss was no longer a finite number at step {summary.Steps}; a lower --lr than {summary.LearningRate} may help ({LastSaved()})"));
        }

        recorder.Finish();
        Exception? failure = recorder.Failure ?? TryWithRoom(() => summary.Save(folder.Paths.Summary));
        string saved = "";
        if (summary.Status != StopReason.Stopped)
        {
            Exception? ofWeights = SaveWeights(training.Model, config, summary);
            saved = ofWeights is null ? $", and {folder.Paths.Weights} the trained weights" : "";
            failure ??= ofWeights;
        }

        if (failure is not null)
        {
            throw new RunException(
                $"not all of the run could be saved: {Reason.Of(failure)} {LastSaved()} of {summary.Steps}{saved}; make room, or make '{folder.Path}' writable, and go on from there: {SelfCommand.Resume(folder.Path, summary.Processes ?? 1)}",
                failure);
        }

        Write(summary, training.State);
    }

    /// <summary>Saves the trained weights. On a full disk, those of an earlier end make room where the last checkpoint has the new ones.</summary>
    private Exception? SaveWeights(Network network, RunConfig config, RunSummary summary)
    {
        string path = folder.Paths.Weights;
        var metadata = new Dictionary<string, string>(config.WeightsMetadata) { ["steps"] = summary.Steps.ToString(CultureInfo.InvariantCulture) };
        void Save() => Safetensors.Save(path, network, metadata);
        Exception? failure = TryWithRoom(Save);
        return DurableFile.IsDiskFull(failure) && store.Failure is null && File.Exists(path)
            ? Try(() =>
            {
                File.Delete(path);
                Save();
            })
            : failure;
    }

    private string LastSaved()
    {
        try
        {
            Checkpoint last = store.ReadLast(out _);
            return string.Create(CultureInfo.InvariantCulture, $"{last.Path} holds step {last.State.Step}");
        }
        catch (CheckpointException)
        {
            return $"{store.LastPath} holds no step";
        }
    }

    /// <summary>Saves a file. On a full disk, checkpoints that are not needed make room for it.</summary>
    private Exception? TryWithRoom(Action save)
    {
        Exception? failure = Try(save);
        while (DurableFile.IsDiskFull(failure) && store.MakeRoom())
        {
            failure = Try(save);
        }

        return failure;
    }

    private void Write(RunSummary summary, TrainingState state)
    {
        session.Output.WriteLine();
        if (summary.Status == StopReason.Stopped)
        {
            session.Error.WriteLine($"cifarfast: stopped {RunHeader.Place(state)}, saved in {folder.Path}; to go on:");
            session.Output.WriteLine(SelfCommand.Resume(folder.Path, summary.Processes ?? 1));
            return;
        }

        if (summary.Status == StopReason.EarlyStopped)
        {
            session.Output.WriteLine($"stopped early: {ChoiceName.Of(summary.Monitor)} has not improved since epoch {summary.BestEpoch}");
        }

        string validation = summary.ValidationImages == 0 ? "" : string.Create(
            CultureInfo.InvariantCulture, $"validation accuracy {summary.FinalValidationAccuracy * 100:F2}%, ");
        session.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{validation}test accuracy {summary.FinalTestAccuracy * 100:F2}% (best {summary.BestTestAccuracy * 100:F2}%)"));
        session.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{Quantity.Of(summary.Steps, "step")} in {Clock.Format(summary.Seconds)}, {summary.ImagesPerSecond:N0} images/s"));
        if (summary.Sharing is string sharing)
        {
            session.Output.WriteLine(sharing);
        }

        string[] files = [folder.Paths.Summary, folder.Paths.Metrics, folder.Paths.Batches, folder.Paths.Config, folder.Paths.Weights];
        session.Output.WriteLine($"written to {folder.Path}:");
        session.Output.WriteLine($"  {string.Join(", ", files.Select(Path.GetFileName))}");
        session.Output.WriteLine($"best epoch by {ChoiceName.Of(summary.Monitor)}: {summary.BestEpoch}{(File.Exists(store.BestPath) ? $", {store.BestPath}" : ", whose checkpoint is not there")}");
    }
}

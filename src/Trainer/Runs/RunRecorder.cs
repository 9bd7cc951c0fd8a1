using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Files;
using CifarFast.Engine.Training;

namespace CifarFast.Trainer.Runs;

/// <summary>
/// Keeps what a run must not lose, beside what a person sees of it: rows of its tables and checkpoints. What cannot be written
/// is said once and tried again, while training goes on.
/// </summary>
internal sealed class RunRecorder : ITrainingObserver
{
    /// <summary>What is lost at most where a process is killed and its steps are long, the step under way not counted.</summary>
    private static readonly TimeSpan _longestUnsaved = TimeSpan.FromSeconds(60);

    private readonly ITrainingView _view;
    private readonly TrainingSession _session;
    private readonly CheckpointStore _store;
    private readonly RunFolder _folder;
    private readonly RunConfig _config;
    private readonly IReadOnlyDictionary<string, string> _metadata;
    private readonly int _checkpointEvery;
    private readonly TimeProvider _time;
    private readonly RunTable<EpochMetrics> _epochs;
    private readonly RunTable<BatchMetrics> _batches;
    private readonly HashSet<string> _seen = [];
    private Exception? _restoreFailure;
    private string? _trouble;
    private long _savedStep;
    private long _savedAt;

    /// <summary>Begins the tables with what the run did before.</summary>
    /// <param name="folder">Where the tables go.</param>
    /// <param name="store">Where the checkpoints go.</param>
    /// <param name="session">The run.</param>
    /// <param name="config">What each checkpoint says of the run.</param>
    /// <param name="view">What a person sees of the run.</param>
    /// <param name="time">Tells when a checkpoint is due.</param>
    public RunRecorder(
        RunFolder folder, CheckpointStore store, TrainingSession session, RunConfig config, ITrainingView view, TimeProvider? time = null)
    {
        _view = view;
        _session = session;
        _store = store;
        _folder = folder;
        _config = config;
        _metadata = config.CheckpointMetadata;
        _checkpointEvery = config.Options.CheckpointEvery;
        _time = time ?? TimeProvider.System;
        (_savedStep, _savedAt) = (session.State.Step, _time.GetTimestamp());
        _epochs = new RunTable<EpochMetrics>(folder.Paths.Metrics, RunColumns.Epochs(session));
        _batches = new RunTable<BatchMetrics>(folder.Paths.Batches, RunColumns.Batches(session));
        _epochs.Begin(session.State.Epochs);
        _batches.Begin(session.State.Batches);
        Restore();
        Report();
    }

    /// <summary>Is called once, when the first step is made of those that are to be made now.</summary>
    public Action? FirstStepMade { private get; set; }

    /// <summary>What could not be written so far, or null.</summary>
    public Exception? Failure => _store.Failure ?? _epochs.Failure ?? _batches.Failure ?? _restoreFailure;

    private bool IsCheckpointDue => _checkpointEvery > 0 &&
        (_session.State.Step - _savedStep >= _checkpointEvery || _time.GetElapsedTime(_savedAt) >= _longestUnsaved);

    public void EpochStarted(int epoch, int batches) => _view.EpochStarted(epoch, batches);

    public void BatchesCompleted(BatchMetrics metrics)
    {
        Restore();
        _batches.Add(metrics);
        _view.BatchesCompleted(metrics);
    }

    public void StepCompleted(in BatchProgress progress)
    {
        _view.StepCompleted(progress);

        // While the disk is still busy with the checkpoint before, this one waits for a later step rather than training for it.
        if (IsCheckpointDue && !_store.IsBusy)
        {
            Save(isBest: false);
        }

        Report();
        FirstStepMade?.Invoke();
        FirstStepMade = null;
    }

    public void Evaluating(int epoch, int done, int total) => _view.Evaluating(epoch, done, total);

    public void EpochCompleted(EpochMetrics metrics)
    {
        Restore();
        _epochs.Add(metrics);
        _view.EpochCompleted(metrics);

        // An epoch that was cut short is best for want of a whole one; a run that goes on replaces it with its first.
        Save(isBest: _session.State.Epochs.Count == 0 || _session.BestEpochTracker.BestEpoch == metrics.Epoch);
        Report();
    }

    /// <summary>Saves where the run stands and waits until that is on the disk. Where it fails, <see cref="Failure"/> tells why.</summary>
    public void Finish()
    {
        _store.Flush();
        if (_savedStep != _session.State.Step || _store.Failure is not null)
        {
            SaveEnd();
        }

        Restore();
        if (!File.Exists(_store.LastPath))
        {
            SaveEnd();
        }

        while (DurableFile.IsDiskFull(_epochs.Failure ?? _batches.Failure ?? _restoreFailure) && _store.MakeRoom())
        {
            Restore();
        }

        if (Failure is null)
        {
            Report();
        }
    }

    private void SaveEnd()
    {
        Save(isBest: false, isEnd: true);
        _store.Flush();
    }

    private void Save(bool isBest, bool isEnd = false)
    {
        Restore();
        _store.Save(_session, _metadata, isBest, isEnd);
        (_savedStep, _savedAt) = (_session.State.Step, _time.GetTimestamp());
    }

    /// <summary>Writes again what could not be written before or what was removed, and says what that was.</summary>
    private void Restore()
    {
        // A checkpoint has no name for a moment while another takes its place, and for longer where there is no room for that.
        bool isSettled = !_store.IsBusy && _store.Failure is null;
        string[] kept = [_folder.Paths.Config, _folder.Paths.Metrics, _folder.Paths.Batches, .. isSettled ? new[] { _store.BestPath, _store.LastPath } : []];
        string[] gone = [.. kept.Where(path => !File.Exists(path) && _seen.Remove(path))];
        _seen.UnionWith(kept.Where(File.Exists));
        if (gone.Length > 0)
        {
            string names = string.Join(", ", gone.Select(path => Path.GetRelativePath(_folder.Path, path)));
            string best = gone.Contains(_store.BestPath) ? "; the best checkpoint comes back with the next epoch that is better" : "";
            _view.Warn($"files of the run were removed from {_folder.Path} ({names}); what is known is written again{best}");
        }

        try
        {
            _folder.Restore();
            if (!File.Exists(_folder.Paths.Config))
            {
                _config.Save(_folder.Paths.Config);
            }

            _restoreFailure = null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _restoreFailure = error;
        }

        _epochs.CatchUp();
        _batches.CatchUp();
    }

    /// <summary>Says what has gone wrong since the last time, and when all is well again.</summary>
    private void Report()
    {
        string? trouble = Failure is Exception failure ? Reason.Of(failure) : null;
        if (trouble is not null && _trouble is null)
        {
            _view.Warn($"the run's files cannot be written: {trouble} Training goes on and they are tried again; the last checkpoint that was saved is whole.");
        }
        else if (trouble is null && _trouble is not null)
        {
            _view.Note("the run's files are written again");
        }

        _trouble = trouble;
    }
}

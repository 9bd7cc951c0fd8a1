using CifarFast.Engine.Files;
using CifarFast.Engine.Training;

namespace CifarFast.Engine.Checkpoints;

/// <summary>
/// The checkpoints of a run in their directory: <c>last</c>, the <c>previous</c> one, which outlives whatever happens while
/// another is written, and the <c>best</c> one. Writing happens on a thread of its own, so that training waits for a copy in
/// memory only. Not safe for use by several threads at once.
/// </summary>
public sealed class CheckpointStore : IDisposable
{
    private const string Extension = ".safetensors";

    private readonly string _directory;
    private CheckpointSnapshot? _snapshot;
    private CheckpointSnapshot? _unsavedBest;
    private Task _writing = Task.CompletedTask;
    private volatile Exception? _failure;

    /// <summary>The checkpoints in <paramref name="directory"/>, which is made when the first one is saved.</summary>
    public CheckpointStore(string directory) => _directory = directory;

    /// <summary>The checkpoint that was saved last.</summary>
    public string LastPath => PathOf("last");

    /// <summary>The one before it.</summary>
    public string PreviousPath => PathOf("previous");

    /// <summary>The one of the best epoch.</summary>
    public string BestPath => PathOf("best");

    /// <summary>Whether a checkpoint is being written.</summary>
    public bool IsBusy => !_writing.IsCompleted;

    /// <summary>Why the latest attempt to write failed, or null where it did not.</summary>
    public Exception? Failure => _failure;

    /// <summary>Whether there is any checkpoint, sound or not.</summary>
    public bool HasAny => File.Exists(LastPath) || File.Exists(PreviousPath) || File.Exists(BestPath);

    /// <summary>Reads the last checkpoint, or the one before it where that one is missing or damaged, or the best one for want of both.</summary>
    /// <param name="damage">What is wrong with one that had to be passed over.</param>
    /// <exception cref="CheckpointException">There is none, or none that can be read; the message tells of all.</exception>
    public Checkpoint ReadLast(out CheckpointException? damage)
    {
        damage = null;
        var faults = new List<CheckpointException>();

        // The last one has no name where the process was killed between the two renames that put a new one into its place; and the
        // best one may be all there is, where it was just taken over from another run.
        foreach (string path in new[] { LastPath, PreviousPath, BestPath }.Where(File.Exists))
        {
            try
            {
                var checkpoint = Checkpoint.Read(path);
                damage = faults.FirstOrDefault();
                return checkpoint;
            }
            catch (CheckpointException error)
            {
                faults.Add(error);
            }
        }

        throw new CheckpointException(
            faults.Count > 0 ? string.Join("; ", faults.Select(fault => fault.Message)) : $"{LastPath} does not exist", faults.FirstOrDefault());
    }

    /// <summary>
    /// Makes ready to go on from <paramref name="checkpoint"/>: a last one that was passed over as it is damaged must not push out
    /// the one before it.
    /// </summary>
    /// <exception cref="IOException">The directory cannot be written to.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory may not be written to.</exception>
    public void Continue(Checkpoint checkpoint)
    {
        foreach (string leftover in Directory.GetFiles(_directory, "*" + Extension + DurableFile.TemporarySuffix))
        {
            File.Delete(leftover);
        }

        if (Path.GetFullPath(checkpoint.Path) != Path.GetFullPath(LastPath) && File.Exists(LastPath) && Checkpoint.Find(LastPath) is null)
        {
            File.Move(LastPath, PathOf("damaged"), overwrite: true);
        }
    }

    /// <summary>Takes over the best checkpoint of the run that <paramref name="checkpoint"/> belongs to, where a sound one of its time lies beside it.</summary>
    /// <exception cref="IOException">It cannot be copied.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be copied.</exception>
    public void AdoptBest(Checkpoint checkpoint)
    {
        string beside = new CheckpointStore(Path.GetDirectoryName(Path.GetFullPath(checkpoint.Path))!).BestPath;
        Checkpoint? found = Checkpoint.Find(beside);
        bool isOfItsPast = found is not null && found.State.Epochs.SequenceEqual(checkpoint.State.Epochs.Take(found.State.Epochs.Count));
        if (isOfItsPast && checkpoint.Metadata(CheckpointSnapshot.BestEpochKey).AsSpan().SequenceEqual(found!.Metadata(CheckpointSnapshot.BestEpochKey)))
        {
            Directory.CreateDirectory(_directory);
            DurableFile.Write(BestPath, file =>
            {
                using FileStream best = File.OpenRead(beside);
                best.CopyTo(file);
            });
        }
    }

    /// <summary>
    /// Saves where a run stands: takes it down at once, after whatever is still being written, and writes it in the background.
    /// A run whose numbers are no longer finite is not saved, as what there is is better.
    /// </summary>
    /// <param name="session">The run, between two steps.</param>
    /// <param name="metadata">The caller's own texts.</param>
    /// <param name="isBest">Whether the best checkpoint is to be this one, too.</param>
    public void Save(TrainingSession session, IReadOnlyDictionary<string, string> metadata, bool isBest)
    {
        _writing.GetAwaiter().GetResult();
        if (!session.IsFinite)
        {
            return;
        }

        // A best one that could not be written yet keeps its memory.
        if (_snapshot is null || _snapshot == _unsavedBest)
        {
            _snapshot = new CheckpointSnapshot(session);
        }

        CheckpointSnapshot snapshot = _snapshot;
        snapshot.Take(session, metadata);
        if (isBest)
        {
            _unsavedBest = snapshot;
        }

        // Not a thread of the pool: those compute, and this one waits for the disk.
        _writing = Task.Factory.StartNew(() => Write(snapshot), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Waits until what was saved is on the disk, or known not to be: <see cref="Failure"/> tells.</summary>
    public void Flush() => _writing.GetAwaiter().GetResult();

    /// <summary>Waits for the checkpoint that is being written.</summary>
    public void Dispose() => Flush();

    private void Write(CheckpointSnapshot snapshot)
    {
        try
        {
            Directory.CreateDirectory(_directory);

            // First, so that a run that goes on from the last one never lacks the best one of the epochs before.
            if (_unsavedBest is not null)
            {
                DurableFile.Write(BestPath, _unsavedBest.WriteTo);
                _unsavedBest = null;
            }

            DurableFile.Write(LastPath, snapshot.WriteTo, PreviousPath);
            _failure = null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _failure = error;
        }
    }

    private string PathOf(string name) => Path.Combine(_directory, name + Extension);
}

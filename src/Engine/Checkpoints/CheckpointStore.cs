using CifarFast.Engine.Files;
using CifarFast.Engine.Training;

namespace CifarFast.Engine.Checkpoints;

/// <summary>
/// The checkpoints of a run in their directory: <c>last</c>, the <c>previous</c> one, which outlives whatever happens while
/// another is written, and the <c>best</c> one. Writing happens on a thread of its own, so that training waits for a copy in
/// memory only. On a full disk, older ones make room for newer ones, but never the only whole one. Not safe for use by several
/// threads at once.
/// </summary>
public sealed class CheckpointStore : IDisposable
{
    private const string Extension = ".safetensors";

    private readonly string _directory;
    private readonly Action<string, Action<Stream>, string?> _write;
    private CheckpointSnapshot? _snapshot;
    private CheckpointSnapshot? _unsavedBest;
    private Task _writing = Task.CompletedTask;
    private volatile Exception? _failure;

    /// <summary>The checkpoints in <paramref name="directory"/>, which is made when the first one is saved.</summary>
    public CheckpointStore(string directory)
        : this(directory, DurableFile.Write)
    {
    }

    /// <summary>The checkpoints in <paramref name="directory"/>, written by <paramref name="write"/> as <see cref="DurableFile.Write"/> does.</summary>
    internal CheckpointStore(string directory, Action<string, Action<Stream>, string?> write)
    {
        _directory = directory;
        _write = write;
    }

    /// <summary>The checkpoint that was saved last.</summary>
    public string LastPath => PathOf("last");

    /// <summary>The one before it.</summary>
    public string PreviousPath => PathOf("previous");

    /// <summary>The one of the best epoch.</summary>
    public string BestPath => PathOf("best");

    private string DamagedPath => PathOf("damaged");

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
            File.Move(LastPath, DamagedPath, overwrite: true);
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
    /// <param name="isEnd">Whether the run ends here, with no later try: on a full disk, a best one is enough while this one takes the place of the last one.</param>
    public void Save(TrainingSession session, IReadOnlyDictionary<string, string> metadata, bool isBest, bool isEnd = false)
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
        _writing = Task.Factory.StartNew(() => Write(snapshot, isEnd), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Waits until what was saved is on the disk, or known not to be: <see cref="Failure"/> tells.</summary>
    public void Flush() => _writing.GetAwaiter().GetResult();

    /// <summary>Gives up a checkpoint that a newer one stands for, so that there is room for other files of the run.</summary>
    /// <returns>Whether there was one.</returns>
    public bool MakeRoom() => GiveUp(DamagedPath, PreviousPath);

    /// <summary>Waits for the checkpoint that is being written.</summary>
    public void Dispose() => Flush();

    private void Write(CheckpointSnapshot snapshot, bool isEnd)
    {
        try
        {
            Directory.CreateDirectory(_directory);

            // First, so that a run that goes on from the last one never lacks the best one of the epochs before.
            if (_unsavedBest is not null)
            {
                Write(BestPath, _unsavedBest, previous: null, standIn: LastPath);
                _unsavedBest = null;
            }

            Write(LastPath, snapshot, PreviousPath, standIn: isEnd ? BestPath : null);
            _failure = null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _failure = error;
        }
    }

    /// <summary>Writes a checkpoint; on a full disk, others make room for it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="snapshot">What goes into it.</param>
    /// <param name="previous">The name under which the version before is kept.</param>
    /// <param name="standIn">The one that is enough while this one takes the place of the version before, or null where none is.</param>
    private void Write(string path, CheckpointSnapshot snapshot, string? previous, string? standIn)
    {
        while (true)
        {
            try
            {
                _write(path, snapshot.WriteTo, previous);
                return;
            }
            catch (IOException error) when (DurableFile.IsDiskFull(error))
            {
                if (GiveUp(DamagedPath, PreviousPath, LastPath))
                {
                    continue;
                }

                if (standIn is null || !File.Exists(path) || Checkpoint.Find(standIn) is null)
                {
                    throw;
                }

                WriteInPlaceOf(path, snapshot);
                return;
            }
        }
    }

    /// <summary>Writes a checkpoint where the version before was, which comes back where there is not room enough.</summary>
    private void WriteInPlaceOf(string path, CheckpointSnapshot snapshot)
    {
        byte[] before = File.ReadAllBytes(path);
        File.Delete(path);
        try
        {
            _write(path, snapshot.WriteTo, null);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _write(path, file => file.Write(before), null);
            throw;
        }
    }

    /// <summary>Deletes the first of some checkpoints that can be done without.</summary>
    /// <returns>Whether there was one.</returns>
    private bool GiveUp(params ReadOnlySpan<string> paths)
    {
        foreach (string path in paths)
        {
            try
            {
                if (File.Exists(path) && IsDispensable(path))
                {
                    File.Delete(path);
                    return true;
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It stays.
            }
        }

        return false;
    }

    /// <summary>Whether another checkpoint, whole and of no earlier step, stands for one.</summary>
    private bool IsDispensable(string path)
    {
        long step = StepOf(path) ?? 0;
        return Array.Exists([LastPath, PreviousPath, BestPath], other => other != path && StepOf(other) >= step);
    }

    private static long? StepOf(string path) => Checkpoint.Find(path)?.State.Step;

    private string PathOf(string name) => Path.Combine(_directory, name + Extension);
}

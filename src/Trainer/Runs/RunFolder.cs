using System.Globalization;
using CifarFast.Engine.Files;

namespace CifarFast.Trainer.Runs;

/// <summary>
/// The directory a run leaves its files in. While it is open it belongs to this process alone: a lock that goes with the process,
/// however that ends, keeps a second trainer out. The lock's file stays, as deleting it would let two others each lock their own.
/// </summary>
internal sealed class RunFolder : IDisposable
{
    /// <summary>Where runs go that are not told where to.</summary>
    public const string Parent = "runs";

    // The nearest directory that was there before: nothing from it upwards is this run's to remove.
    private readonly string? _existing;
    private IDisposable? _lock;

    private RunFolder(string path)
    {
        Path = path;
        Paths = new RunPaths(path);
        _existing = System.IO.Path.GetFullPath(path);
        while (_existing is not null && !Directory.Exists(_existing))
        {
            _existing = System.IO.Path.GetDirectoryName(_existing);
        }
    }

    /// <summary>The directory, as the person named it.</summary>
    public string Path { get; }

    /// <summary>Where it keeps what.</summary>
    public RunPaths Paths { get; }

    /// <summary>Whether a run got as far as a checkpoint. One that was killed before may be begun again in the same place.</summary>
    private bool HasCheckpoints =>
        File.Exists(Paths.Checkpoints) ||
        (Directory.Exists(Paths.Checkpoints) && Directory.EnumerateFileSystemEntries(Paths.Checkpoints)
            .Any(entry => !entry.EndsWith(DurableFile.TemporarySuffix, StringComparison.Ordinal)));

    /// <summary>How many runs there are in <see cref="Parent"/>.</summary>
    public static int Count() => Directory.Exists(Parent) ? Directory.EnumerateDirectories(Parent).Count(path => File.Exists(new RunPaths(path).Config)) : 0;

    /// <summary>Opens a directory for a new run, and makes sure that it can write its files before it spends time on anything else.</summary>
    /// <param name="path">The directory, made where it is missing; null for a new one under <see cref="Parent"/>, named by the time and the network.</param>
    /// <param name="network">The name of the network.</param>
    /// <exception cref="RunException">It cannot be made or written to, is in use, or holds an earlier run.</exception>
    public static RunFolder Create(string? path, string network)
    {
        if (path is not null)
        {
            return TryCreate(path, out string? trouble) ?? throw new RunException($"--out: {trouble}");
        }

        string stem = System.IO.Path.Combine(Parent, $"{DateTime.Now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}-{network}");
        for (int i = 1; ; i++)
        {
            // Another run may begin in the same second: the folder is whose lock it is.
            string candidate = i == 1 ? stem : $"{stem}-{i}";
            if (!Directory.Exists(candidate) && TryCreate(candidate, out _) is RunFolder folder)
            {
                return folder;
            }
        }
    }

    /// <summary>Opens the directory of a run that is to go on.</summary>
    /// <exception cref="RunException">It cannot be written to, or is in use.</exception>
    public static RunFolder Open(string path)
    {
        var folder = new RunFolder(path);
        try
        {
            return folder.TryLock() ? folder : throw new RunException($"--resume: {InUse(path)}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RunException($"--resume: cannot write to '{path}': {Reason.Of(error)} Give the run another folder with --out.", error);
        }
    }

    /// <summary>Makes the directory again where it was removed, and takes it again where the lock's file is gone.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public void Restore()
    {
        if (File.Exists(Paths.Lock))
        {
            return;
        }

        Directory.CreateDirectory(Path);
        if (FileLock.TryTake(Paths.Lock) is IDisposable taken)
        {
            _lock?.Dispose();
            _lock = taken;
        }
    }

    /// <summary>Lets another trainer have the directory.</summary>
    public void Dispose() => _lock?.Dispose();

    /// <summary>Takes back the directories that were made for a run that came to nothing.</summary>
    public void RemoveIfEmpty()
    {
        try
        {
            // Windows does not let go of a file that is open.
            _lock?.Dispose();

            // As a first checkpoint that could not be written leaves it.
            if (Directory.Exists(Paths.Checkpoints) && !Directory.EnumerateFileSystemEntries(Paths.Checkpoints).Any())
            {
                Directory.Delete(Paths.Checkpoints);
            }

            if (Directory.GetFileSystemEntries(Path) is [string only] && System.IO.Path.GetFileName(only) == System.IO.Path.GetFileName(Paths.Lock))
            {
                File.Delete(only);
            }

            for (string? made = System.IO.Path.GetFullPath(Path); made != _existing; made = System.IO.Path.GetDirectoryName(made))
            {
                if (Directory.Exists(made))
                {
                    Directory.Delete(made);
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Something lies in there by now, so it stays.
        }
    }

    /// <summary>Opens a directory that is free, or says why it is not.</summary>
    private static RunFolder? TryCreate(string path, out string? trouble)
    {
        var folder = new RunFolder(path);
        try
        {
            Directory.CreateDirectory(path);
            if (!folder.TryLock())
            {
                trouble = InUse(path);
                return null;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            folder.RemoveIfEmpty();
            throw new RunException($"--out: cannot write to '{path}': {Reason.Of(error)} Name a directory that can be written to.", error);
        }

        string[] files = [folder.Paths.Summary, folder.Paths.Weights, folder.Paths.Metrics, folder.Paths.Batches, folder.Paths.Config];
        string? earlier = Array.Find(files, System.IO.Path.Exists) ?? (folder.HasCheckpoints ? folder.Paths.Checkpoints : null);
        trouble = earlier is null
            ? null
            : $"'{path}' holds an earlier run ({System.IO.Path.GetFileName(earlier)}); name another directory, or go on with it: --resume";
        if (earlier is null)
        {
            return folder;
        }

        folder.Dispose();
        return null;
    }

    private static string InUse(string path) => $"another trainer is at work in '{path}'; wait for it, or name another directory with --out";

    private bool TryLock() => (_lock = FileLock.TryTake(Paths.Lock)) is not null;
}

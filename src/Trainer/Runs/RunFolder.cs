using System.Globalization;

namespace CifarFast.Trainer.Runs;

/// <summary>The directory a run leaves its files in.</summary>
internal sealed class RunFolder
{
    private readonly bool _created;

    private RunFolder(string path, bool created)
    {
        Path = path;
        _created = created;
    }

    /// <summary>The directory, as the person named it.</summary>
    public string Path { get; }

    /// <summary>Where the run's figures go.</summary>
    public string SummaryPath => System.IO.Path.Combine(Path, "summary.json");

    /// <summary>Where the trained weights go.</summary>
    public string WeightsPath => System.IO.Path.Combine(Path, "weights.safetensors");

    /// <summary>Makes sure that a run can write its files, before it spends time on anything else.</summary>
    /// <param name="path">The directory, made where it is missing; null for a new one under <c>runs</c>, named by the time.</param>
    /// <exception cref="RunException">It cannot be made or written to, or holds a finished run.</exception>
    public static RunFolder Open(string? path)
    {
        path ??= NewPath();
        bool created = !Directory.Exists(path);
        try
        {
            Directory.CreateDirectory(path);
            string probe = System.IO.Path.Combine(path, $".{Guid.NewGuid():N}.tmp");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new RunException($"--out: cannot write to '{path}': {error.Message} Name a directory that can be written to.", error);
        }

        var folder = new RunFolder(path, created);
        return File.Exists(folder.SummaryPath)
            ? throw new RunException($"--out: '{path}' holds a finished run (summary.json); name another directory, or remove it")
            : folder;
    }

    /// <summary>Takes back the directory of a run that came to nothing.</summary>
    public void RemoveIfEmpty()
    {
        if (_created && Directory.Exists(Path) && !Directory.EnumerateFileSystemEntries(Path).Any())
        {
            Directory.Delete(Path);
        }
    }

    private static string NewPath()
    {
        string stem = System.IO.Path.Combine("runs", DateTime.Now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture));
        string path = stem;
        for (int i = 2; Directory.Exists(path); i++)
        {
            path = $"{stem}-{i}";
        }

        return path;
    }
}

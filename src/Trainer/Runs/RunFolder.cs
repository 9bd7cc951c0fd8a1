using System.Globalization;

namespace CifarFast.Trainer.Runs;

/// <summary>The directory a run leaves its files in.</summary>
internal sealed class RunFolder
{
    // The nearest directory that was there before: nothing from it upwards is this run's to remove.
    private readonly string? _parent;

    private RunFolder(string path)
    {
        Path = path;
        _parent = System.IO.Path.GetFullPath(path);
        while (_parent is not null && !Directory.Exists(_parent))
        {
            _parent = System.IO.Path.GetDirectoryName(_parent);
        }
    }

    /// <summary>The directory, as the person named it.</summary>
    public string Path { get; }

    /// <summary>Where the run's figures go.</summary>
    public string SummaryPath => System.IO.Path.Combine(Path, "summary.json");

    /// <summary>Where the trained weights go.</summary>
    public string WeightsPath => System.IO.Path.Combine(Path, "weights.safetensors");

    /// <summary>Makes sure that a run can write its files, before it spends time on anything else.</summary>
    /// <param name="path">The directory, made where it is missing; null for a new one under <c>runs</c>, named by the time.</param>
    /// <exception cref="RunException">It cannot be made or written to, or holds an earlier run.</exception>
    public static RunFolder Open(string? path)
    {
        path ??= NewPath();
        RunFolder? folder = null;
        try
        {
            folder = new RunFolder(path);
            Directory.CreateDirectory(path);
            string probe = System.IO.Path.Combine(path, $".{Guid.NewGuid():N}.tmp");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            folder?.RemoveIfEmpty();
            throw new RunException($"--out: cannot write to '{path}': {error.Message} Name a directory that can be written to.", error);
        }

        string? earlier = Array.Find([folder.SummaryPath, folder.WeightsPath], File.Exists);
        return earlier is null
            ? folder
            : throw new RunException(
                $"--out: '{path}' holds an earlier run ({System.IO.Path.GetFileName(earlier)}); name another directory, or remove it");
    }

    /// <summary>Takes back the directories that were made for a run that came to nothing.</summary>
    public void RemoveIfEmpty()
    {
        try
        {
            for (string? made = System.IO.Path.GetFullPath(Path); made != _parent; made = System.IO.Path.GetDirectoryName(made))
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

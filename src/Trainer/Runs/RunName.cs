
namespace CifarFast.Trainer.Runs;

/// <summary>Finds a run by what a person calls it.</summary>
internal static class RunName
{
    /// <summary>What stands for the run that was saved last.</summary>
    public const string Latest = "latest";

    /// <summary>The directory of the run called <paramref name="name"/>: itself, one below <see cref="RunFolder.Parent"/>, as it stands in a list of these, or null where there is none.</summary>
    public static string? Find(string name)
    {
        string inParent = Path.Combine(RunFolder.Parent, name);
        return Directory.Exists(name) ? name
            : File.Exists(name) ? null
            : Directory.Exists(inParent) ? inParent
            : null;
    }

    /// <summary>The directory of the run that was saved last.</summary>
    /// <param name="option">The option that asked for it, or nothing.</param>
    /// <exception cref="RunException">There is none.</exception>
    public static string FindLatest(string option = "") => LatestIn(RunFolder.Parent)
        ?? throw new RunException($"{$"{option} {Latest}".TrimStart()}: there is no run with a checkpoint in '{RunFolder.Parent}'; name a run's folder");

    /// <summary>Guesses what a person meant by a name that nothing has: the end of a sentence that says so, or nothing.</summary>
    public static string Suggest(string name)
    {
        string given = Path.TrimEndingDirectorySeparator(name);
        string directory = Path.GetDirectoryName(given) ?? "";
        return Suggestion.For(given, [Latest, .. NamesIn(RunFolder.Parent), .. NamesIn(directory).Select(neighbour => Path.Combine(directory, neighbour))]) ?? "";
    }

    private static IEnumerable<string> NamesIn(string directory)
    {
        string path = directory.Length > 0 ? directory : ".";
        return Directory.Exists(path)
            ? Directory.EnumerateFileSystemEntries(path, "*", new EnumerationOptions { IgnoreInaccessible = true }).Select(entry => Path.GetFileName(entry))
            : [];
    }

    private static string? LatestIn(string parent) => !Directory.Exists(parent) ? null : Directory.GetDirectories(parent)
        .Select(run => (Run: run, Checkpoints: new DirectoryInfo(new RunPaths(run).Checkpoints)))
        .Where(run => run.Checkpoints.Exists)
        .Select(run => (run.Run, Files: run.Checkpoints.GetFiles("*.safetensors")))
        .Where(run => run.Files.Length > 0)
        .OrderByDescending(run => run.Files.Max(file => file.LastWriteTimeUtc))
        .Select(run => run.Run)
        .FirstOrDefault();
}

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

    /// <summary>The directory of the run that was saved last, or null where there is none.</summary>
    public static string? FindLatest() => !Directory.Exists(RunFolder.Parent) ? null : Directory.GetDirectories(RunFolder.Parent)
        .Select(run => (Run: run, Checkpoints: new DirectoryInfo(new RunPaths(run).Checkpoints)))
        .Where(run => run.Checkpoints.Exists)
        .Select(run => (run.Run, Files: run.Checkpoints.GetFiles("*.safetensors")))
        .Where(run => run.Files.Length > 0)
        .OrderByDescending(run => run.Files.Max(file => file.LastWriteTimeUtc))
        .Select(run => run.Run)
        .FirstOrDefault();
}

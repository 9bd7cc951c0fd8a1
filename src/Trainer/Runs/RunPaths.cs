namespace CifarFast.Trainer.Runs;

/// <summary>Where a run keeps what.</summary>
/// <param name="run">The run's directory.</param>
internal sealed class RunPaths(string run)
{
    private const string CheckpointsName = "checkpoints";

    /// <summary>What the run was asked to do, on which data and machine.</summary>
    public string Config => Below("config.json");

    /// <summary>A row an epoch.</summary>
    public string Metrics => Below("metrics.csv");

    /// <summary>A row every few batches.</summary>
    public string Batches => Below("batches.csv");

    /// <summary>The results of the run.</summary>
    public string Summary => Below("summary.json");

    /// <summary>The trained weights.</summary>
    public string Weights => Below("weights.safetensors");

    /// <summary>How well the best checkpoint classifies.</summary>
    public string Evaluation => Below("evaluation.json");

    /// <summary>All of it, to look at in a browser.</summary>
    public string Report => Below("report.html");

    /// <summary>The directory of the pictures.</summary>
    public string Pictures => Below("pictures");

    /// <summary>The directory of the checkpoints.</summary>
    public string Checkpoints => Below(CheckpointsName);

    /// <summary>Is locked by the trainer at work.</summary>
    public string Lock => Below(".lock");

    /// <summary>Is locked by whoever writes the report.</summary>
    public string ReportLock => Below(".report.lock");

    /// <summary>The run that <paramref name="file"/> belongs to, as one of the files that it is made of, or null where it belongs to none.</summary>
    public static string? OwnerOf(string file)
    {
        string? directory = Path.GetDirectoryName(Path.GetFullPath(file));
        string? run = Path.GetFileName(directory) == CheckpointsName ? Path.GetDirectoryName(directory) : directory;
        if (run is null || !File.Exists(new RunPaths(run).Config))
        {
            return null;
        }

        var paths = new RunPaths(run);
        string[] files = [paths.Config, paths.Metrics, paths.Batches, paths.Summary, paths.Weights, paths.Lock, paths.ReportLock];
        return run != directory || files.Contains(Path.GetFullPath(file)) ? run : null;
    }

    /// <summary>The run that the checkpoint <paramref name="file"/> lies in, or null where it lies in none.</summary>
    public static string? RunOfCheckpoint(string file)
    {
        string? directory = Path.GetDirectoryName(Path.GetFullPath(file));
        if (Path.GetFileName(directory) != CheckpointsName)
        {
            return null;
        }

        // As short as the person had it.
        string run = Path.GetDirectoryName(directory!)!;
        string relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), run);
        return relative.StartsWith("..", StringComparison.Ordinal) ? run : relative;
    }

    private string Below(string name) => Path.Combine(run, name);
}

using CifarFast.Engine.Tests.Data;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>Makes folders of runs for tests to spoil.</summary>
internal static class RunCopy
{
    /// <summary>The files that a run leaves without a report.</summary>
    private static readonly string[] _files = ["config.json", "metrics.csv", "batches.csv", "summary.json", Path.Combine("checkpoints", "best.safetensors")];

    /// <summary>A copy of a run as it is before a report is drawn.</summary>
    /// <param name="run">The run.</param>
    /// <param name="path">Where the copy goes.</param>
    /// <param name="without">Files to leave out, as paths in the folder.</param>
    /// <returns>Where the copy is.</returns>
    public static string Make(TrainedRun run, string path, params string[] without)
    {
        Directory.CreateDirectory(Path.Combine(path, "checkpoints"));
        foreach (string file in _files.Except(without))
        {
            File.Copy(Path.Combine(run.Directory, file), Path.Combine(path, file));
        }

        return path;
    }

    /// <summary>A copy of a run's images whose classes go by other names.</summary>
    public static string MakeData(string path, string[] classNames)
    {
        Dictionary<string, byte[]> files = TinyCifar.Files(TrainedRun.TrainImages / 5, TrainedRun.TestImages);
        files["batches.meta.txt"] = System.Text.Encoding.UTF8.GetBytes(string.Join('\n', classNames) + "\n");
        return TinyCifar.WriteDirectory(path, files);
    }
}

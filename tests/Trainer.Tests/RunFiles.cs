using System.Text.Json;

namespace CifarFast.Trainer.Tests;

/// <summary>What runs leave behind, read as anybody else's program would and compared with the times left aside.</summary>
internal static class RunFiles
{
    private static readonly string[] _times = ["seconds", "train_seconds", "images_per_second"];

    /// <summary>Fails the test unless two runs have bitwise the same results.</summary>
    public static void AssertSameEnd(string expected, string actual)
    {
        Assert.Equal(RowsWithoutTimes(Path.Combine(expected, "metrics.csv")), RowsWithoutTimes(Path.Combine(actual, "metrics.csv")));
        Assert.Equal(RowsWithoutTimes(Path.Combine(expected, "batches.csv")), RowsWithoutTimes(Path.Combine(actual, "batches.csv")));
        Assert.Equal(Tensors(expected), Tensors(actual));
        foreach (string name in new[] { "last", "best" })
        {
            WeightsFile one = Checkpoint(expected, name);
            WeightsFile other = Checkpoint(actual, name);
            Assert.Equal(one.Tensors, other.Tensors);
            Assert.True(one.Data.SequenceEqual(other.Data), $"the weights of the {name} checkpoints differ");
            Assert.Equal(StateWithoutTimes(one), StateWithoutTimes(other));
        }
    }

    /// <summary>
    /// Fails the test unless a run has the same results as another one in spite of whatever happened to it: nothing is missing, and
    /// nothing lies about but a checkpoint that was found damaged.
    /// </summary>
    public static void AssertSameEndAndFiles(string expected, string actual)
    {
        Assert.Equal("completed", Summary.Load(actual).Text("status"));
        Assert.Equal(Names(expected), Names(actual));
        AssertSameEnd(expected, actual);
    }

    /// <summary>The rows of a table, without its header.</summary>
    public static string[] Rows(string path) => File.ReadAllLines(path)[1..];

    /// <summary>The trained weights of a run.</summary>
    public static byte[] Tensors(string run) => WeightsFile.Load(run).Data.ToArray();

    /// <summary>A checkpoint of a run.</summary>
    public static WeightsFile Checkpoint(string run, string name) =>
        WeightsFile.Read(Path.Combine(run, "checkpoints", $"{name}.safetensors"));

    /// <summary>The checkpoint that a run goes on from, or null where there is none: for a moment between two renames the last one goes by the name of the one before it.</summary>
    public static string? FindLastCheckpoint(string run) =>
        Array.Find([Path.Combine(run, "checkpoints", "last.safetensors"), Path.Combine(run, "checkpoints", "previous.safetensors")], File.Exists);

    private static string[] Names(string run) =>
    [
        .. Directory.GetFileSystemEntries(run, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(run, path))
            .Where(path => Path.GetFileName(path) is not ("damaged.safetensors" or "previous.safetensors"))
            .Order(StringComparer.Ordinal),
    ];

    private static string[] RowsWithoutTimes(string path)
    {
        string[][] lines = [.. File.ReadAllLines(path).Select(line => line.Split(','))];
        int[] kept = [.. Enumerable.Range(0, lines[0].Length).Where(column => !_times.Contains(lines[0][column]))];
        return [.. lines.Select(line => string.Join(',', kept.Select(column => line[column])))];
    }

    private static string StateWithoutTimes(WeightsFile checkpoint)
    {
        using var state = JsonDocument.Parse(checkpoint.Metadata("state")!);
        return string.Join('\n', Leaves("", state.RootElement));
    }

    private static IEnumerable<string> Leaves(string path, JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject()
            .Where(member => !_times.Contains(member.Name))
            .SelectMany(member => Leaves($"{path}.{member.Name}", member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany((item, i) => Leaves($"{path}[{i}]", item)),
        _ => [$"{path} {element.GetRawText()}"],
    };
}

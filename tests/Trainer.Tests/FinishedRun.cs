using System.Text.Json.Nodes;

namespace CifarFast.Trainer.Tests;

/// <summary>All of a run that must not depend on how it came to its end: its files without the times in them.</summary>
internal sealed class FinishedRun
{
    private static readonly string[] _times = ["seconds", "train_seconds", "images_per_second"];

    private readonly WeightsFile _weights;
    private readonly WeightsFile _best;
    private readonly string _bestState;
    private readonly string[] _metrics;
    private readonly string[] _batches;

    private FinishedRun(string directory)
    {
        string best = Path.Combine(directory, "checkpoints", "best.safetensors");
        _weights = WeightsFile.Load(directory);
        _best = WeightsFile.Read(best);
        _bestState = Timeless(JsonNode.Parse(_best.Metadata("state")!)!).ToJsonString();
        _metrics = Timeless(File.ReadAllLines(Path.Combine(directory, "metrics.csv")));
        _batches = Timeless(File.ReadAllLines(Path.Combine(directory, "batches.csv")));
    }

    /// <summary>Fails the test unless the run in <paramref name="directory"/> left all its files and nothing else, and they are those of <paramref name="expected"/>.</summary>
    public static void AssertSame(string expected, string directory)
    {
        Assert.Equal("completed", Summary.Load(directory).Text("status"));
        Assert.Equal(Files(expected), Files(directory));
        var (one, other) = (new FinishedRun(expected), new FinishedRun(directory));
        Assert.Equal(one._metrics, other._metrics);
        Assert.Equal(one._batches, other._batches);
        Assert.Equal(one._bestState, other._bestState);
        Assert.Equal(one._best.Tensors, other._best.Tensors);
        Assert.True(one._best.Data.SequenceEqual(other._best.Data), "the best checkpoint has other numbers");
        Assert.Equal(one._weights.Tensors, other._weights.Tensors);
        Assert.True(one._weights.Data.SequenceEqual(other._weights.Data), "the weights are other numbers");
    }

    /// <summary>What a run leaves, but for a checkpoint that was found damaged and one that was written before the last.</summary>
    private static string[] Files(string directory) =>
    [
        .. Directory.GetFileSystemEntries(directory, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(directory, path))
            .Where(path => Path.GetFileName(path) is not ("damaged.safetensors" or "previous.safetensors"))
            .Order(StringComparer.Ordinal),
    ];

    private static string[] Timeless(string[] lines)
    {
        string[] names = lines[0].Split(',');
        return [.. lines.Select(line => string.Join(',', line.Split(',').Where((_, column) => !_times.Contains(names[column]))))];
    }

    private static JsonNode Timeless(JsonNode node)
    {
        foreach (JsonNode? child in node switch
        {
            JsonObject record => record.Select(member => member.Value),
            JsonArray array => array,
            _ => [],
        })
        {
            Timeless(child!);
        }

        foreach (string time in node is JsonObject ? _times : [])
        {
            node.AsObject().Remove(time);
        }

        return node;
    }
}

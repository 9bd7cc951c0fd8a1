using System.Text.Json;

namespace CifarFast.Trainer.Tests;

/// <summary>A <c>summary.json</c>, read as anybody else's program would.</summary>
internal sealed class Summary
{
    private Summary(JsonElement root) => Root = root;

    /// <summary>Its top level.</summary>
    public JsonElement Root { get; }

    /// <summary>The rows of its epochs.</summary>
    public JsonElement[] Epochs => [.. Root.GetProperty("epochs_detail").EnumerateArray()];

    /// <summary>Reads the summary of a run.</summary>
    public static Summary Load(string runDirectory)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(runDirectory, "summary.json")));
        return new Summary(document.RootElement.Clone());
    }

    /// <summary>A number of the top level.</summary>
    public double Number(string name) => Root.GetProperty(name).GetDouble();

    /// <summary>A text of the top level.</summary>
    public string? Text(string name) => Root.GetProperty(name).GetString();

    /// <summary>A number of every epoch.</summary>
    public double[] OfEpochs(string name) => [.. Epochs.Select(epoch => epoch.GetProperty(name).GetDouble())];
}

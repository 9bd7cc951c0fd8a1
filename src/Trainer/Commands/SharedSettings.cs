using System.Text.Json;
using System.Text.Json.Nodes;
using CifarFast.Engine.Numerics;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Commands;

/// <summary>What must be the same in all processes of a run, by names: else they would not come to the same weights.</summary>
internal static class SharedSettings
{
    /// <summary>What may be different: where things are, how fast, and what the first process alone does.</summary>
    private static readonly string[] _own =
    [
        "dataset.path", "dataset.mirror", "execution.threads", "execution.tier", "init", "checkpoint_every", "max_time", "out", "no_progress", "no_report",
    ];

    /// <summary>The program and what it was asked to do.</summary>
    public static IEnumerable<(string Name, string Value)> Of(TrainSettings settings) =>
    [
        ("program version", RunConfig.ThisProgramVersion),
        ("numerics version", $"{NumericsVersion.Current}"),
        .. Leaves("", JsonSerializer.SerializeToNode(settings, RunJson.Compact.TrainSettings)).Where(leaf => !_own.Contains(leaf.Name)),
    ];

    /// <summary>The images.</summary>
    public static IEnumerable<(string Name, string Value)> Of(RunData data) =>
    [
        .. Leaves("data", JsonSerializer.SerializeToNode(data with { Origin = "" }, RunJson.Compact.RunData)),
    ];

    private static IEnumerable<(string Name, string Value)> Leaves(string path, JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => Leaves(path.Length == 0 ? member.Key : $"{path}.{member.Key}", member.Value)),
        JsonArray items => items.SelectMany((item, i) => Leaves($"{path}[{i}]", item)),
        _ => [(path, node?.ToJsonString() ?? "none")],
    };
}

using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Files;
using CifarFast.Trainer.Commands;

namespace CifarFast.Trainer.Runs;

/// <summary>What <c>config.json</c>, and each checkpoint, says of a run: all it takes to do it again.</summary>
internal sealed record RunConfig
{
    private const string CheckpointKey = "config";

    /// <summary>The version of this program.</summary>
    public static string ThisProgramVersion { get; } =
        typeof(RunConfig).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public required string ProgramVersion { get; init; }

    /// <summary>When the run was begun for the first time.</summary>
    public required DateTimeOffset Started { get; init; }

    public required string Network { get; init; }

    public required RunData Data { get; init; }

    /// <summary>What it was asked to do.</summary>
    public required TrainSettings Options { get; init; }

    /// <summary>Where it computed, the last time.</summary>
    public required Machine Machine { get; init; }

    /// <summary>The texts a checkpoint carries.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, string> Metadata => new Dictionary<string, string>
    {
        ["program"] = $"CifarFast {ProgramVersion}",
        ["dataset"] = Data.Name,
        [CheckpointKey] = JsonSerializer.Serialize(this, RunJson.Compact.RunConfig),
    };

    /// <summary>The config of the run that left a checkpoint.</summary>
    /// <exception cref="CheckpointException">It has none.</exception>
    public static RunConfig Of(Checkpoint checkpoint)
    {
        try
        {
            return JsonSerializer.Deserialize(checkpoint.Metadata(CheckpointKey) ?? [], RunJson.Compact.RunConfig)!;
        }
        catch (JsonException error)
        {
            throw new CheckpointException($"{checkpoint.Path} is damaged: the config of the run in it is not what it should be", error);
        }
    }

    /// <summary>Writes the file.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Save(string path) => DurableFile.Write(path, file => JsonSerializer.Serialize(file, this, RunJson.Readable.RunConfig));
}

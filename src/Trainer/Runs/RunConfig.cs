using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Data;
using CifarFast.Engine.Evaluation;
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

    /// <summary>What a file of weights says of itself.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, string> WeightsMetadata => new Dictionary<string, string>
    {
        ["format"] = "pt",
        ["program"] = $"CifarFast {ProgramVersion}",
        ["network"] = Network,
        ["dataset"] = Data.Name,
        ["seed"] = Options.Training.Seed.ToString(CultureInfo.InvariantCulture),
        [Classifier.ClassNamesKey] = JsonSerializer.Serialize(Data.ClassNames, RunJson.Compact.IReadOnlyListString),
    };

    /// <summary>The texts a checkpoint carries.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, string> CheckpointMetadata => new Dictionary<string, string>(WeightsMetadata)
    {
        [CheckpointKey] = JsonSerializer.Serialize(this, RunJson.Compact.RunConfig),
    };

    /// <summary>The config of the run that left the file <paramref name="path"/>, or null where it is no checkpoint of a run.</summary>
    public static RunConfig? Find(string path)
    {
        try
        {
            return Of(Checkpoint.Read(path));
        }
        catch (CheckpointException)
        {
            return null;
        }
    }

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

    /// <summary>
    /// This with the ends that the run's <c>config.json</c> has: they may have been moved away when the run was taken up, before
    /// it came to another checkpoint.
    /// </summary>
    /// <param name="path">The file. One that is missing, damaged or of another run changes nothing.</param>
    public RunConfig WithEndsOf(string path)
    {
        try
        {
            RunConfig? later = JsonSerializer.Deserialize(File.ReadAllBytes(path), RunJson.Readable.RunConfig);
            return later?.Started != Started ? this : this with
            {
                Options = Options with
                {
                    Training = Options.Training with
                    {
                        Epochs = later.Options.Training.Epochs,
                        MaxSteps = later.Options.Training.MaxSteps,
                        Patience = later.Options.Training.Patience,
                    },
                },
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            return this;
        }
    }

    /// <summary>Where to look for the images of the run: where it is said, else where they were, else wherever they may be.</summary>
    /// <param name="request">The request of the run, with what was said since.</param>
    public DatasetRequest Locate(DatasetRequest request)
    {
        if (Data.Name == SyntheticImages.DatasetName)
        {
            return request with { Kind = DatasetKind.Synthetic, Path = null };
        }

        bool isGone = request.Path == Options.Dataset.Path && !Path.Exists(request.Path);
        return request with { Kind = DatasetKind.Cifar10, Path = isGone ? null : request.Path };
    }

    /// <summary>Writes the file.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Save(string path) => DurableFile.Write(path, file => JsonSerializer.Serialize(file, this, RunJson.Readable.RunConfig));
}

using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Data;
using CifarFast.Engine.Files;
using CifarFast.Engine.Inference;
using CifarFast.Engine.Training;

namespace CifarFast.Trainer.Runs;

/// <summary>What <c>config.json</c>, and each checkpoint, says of a run: all it takes to do it again.</summary>
internal sealed record RunConfig
{
    private const string CheckpointKey = "config";
    private const string HistoryKey = "imported_history";

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

    /// <summary>What was typed to begin the run and each time it was resumed; null for a run of a version that did not note it down.</summary>
    public IReadOnlyList<string>? CommandLines { get; init; }

    /// <summary>The numerics versions that computed its steps: more than one where a program of another one resumed it; null for a run of the first.</summary>
    public IReadOnlyList<int>? NumericsVersions { get; init; }

    /// <summary>What another program noted down of the run before, or null.</summary>
    public ImportedHistory? Imported { get; init; }

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

    /// <summary>The config of the run that left a checkpoint, or null where the checkpoint was made of another program's weights.</summary>
    /// <exception cref="CheckpointException">It is damaged.</exception>
    public static RunConfig? Of(Checkpoint checkpoint)
    {
        RunConfig? config = Read(checkpoint, CheckpointKey, RunJson.Compact.RunConfig);
        return config?.Options.FindFault() is string fault
            ? throw new CheckpointException($"{checkpoint.Path} is damaged: no run can have been begun with {fault}")
            : config;
    }

    /// <summary>What another program noted down of the run before it became this program's, or null.</summary>
    /// <exception cref="CheckpointException">It is damaged.</exception>
    public static ImportedHistory? ImportedHistoryOf(Checkpoint? checkpoint) =>
        checkpoint is null ? null : Of(checkpoint)?.Imported ?? Read(checkpoint, HistoryKey, RunJson.Compact.ImportedHistory);

    /// <summary>The texts of a checkpoint that is made of another program's.</summary>
    public static IReadOnlyDictionary<string, string> MetadataOf(ImportedHistory history) => new Dictionary<string, string>
    {
        ["program"] = $"CifarFast {ThisProgramVersion}",
        [HistoryKey] = JsonSerializer.Serialize(history, RunJson.Compact.ImportedHistory),
    };

    /// <summary>What a file of weights says of itself that are of no run known here.</summary>
    public static IReadOnlyDictionary<string, string> ForeignMetadata(Classifier classifier) => new Dictionary<string, string>
    {
        ["format"] = "pt",
        ["program"] = $"CifarFast {ThisProgramVersion}",
        ["network"] = classifier.Network.Architecture.Name,
        [Classifier.ClassNamesKey] = JsonSerializer.Serialize(classifier.ClassNames, RunJson.Compact.IReadOnlyListString),
    };

    private static T? Read<T>(Checkpoint checkpoint, string key, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return checkpoint.Metadata(key) is byte[] json ? JsonSerializer.Deserialize(json, type) : null;
        }
        catch (JsonException error)
        {
            throw new CheckpointException($"{checkpoint.Path} is damaged: its '{key}' is not what it should be", error);
        }
    }

    /// <summary>
    /// This with the limits that the run's <c>config.json</c> has: they may have been raised when the run was resumed, before it saved
    /// another checkpoint.
    /// </summary>
    /// <param name="path">The file. One that is missing, damaged or of another run, and limits that are lower, change nothing.</param>
    public RunConfig WithLimitsOf(string path)
    {
        try
        {
            RunConfig? later = JsonSerializer.Deserialize(File.ReadAllBytes(path), RunJson.Readable.RunConfig);
            if (later?.Started != Started)
            {
                return this;
            }

            TrainingOptions own = Options.Training;
            TrainingOptions raised = later.Options.Training;
            return this with
            {
                Options = Options with
                {
                    Training = own with
                    {
                        Epochs = Math.Max(own.Epochs, raised.Epochs),
                        MaxSteps = raised.MaxSteps > own.MaxSteps ? raised.MaxSteps : own.MaxSteps,
                        Patience = raised.Patience > own.Patience ? raised.Patience : own.Patience,
                    },
                },
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            return this;
        }
    }

    /// <summary>Where to look for the images of the run: at <paramref name="data"/> where that is said, else where they were, else wherever they may be.</summary>
    public DatasetRequest Locate(string? data) =>
        data is null ? Locate(Options.Dataset) : Options.Dataset with { Kind = DatasetKind.Cifar10, Path = data };

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
    public void Save(string path) => DurableFile.Write(path, file => RunJson.Write(file, this, RunJson.Readable.RunConfig));
}

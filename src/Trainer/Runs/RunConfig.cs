using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Data;
using CifarFast.Engine.Files;
using CifarFast.Engine.Formats;
using CifarFast.Engine.Inference;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Numerics;
using CifarFast.Engine.Recipes;

namespace CifarFast.Trainer.Runs;

/// <summary>What <c>config.json</c>, and each checkpoint, says of a run: all it takes to do it again.</summary>
internal sealed record RunConfig
{
    private const string CheckpointKey = "config";
    private const string HistoryKey = "imported_history";
    private const string FitKey = "fit";

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

    /// <summary>How many processes computed it, the last time, where these were several.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Processes { get; init; }

    /// <summary>Where it computed, the last time.</summary>
    public required Machine Machine { get; init; }

    private DatasetKind Kind => Enum.TryParse(Data.Name.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out DatasetKind kind) ? kind : DatasetKind.Cifar10;

    /// <summary>What a file of weights says of itself.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, string> WeightsMetadata => new Dictionary<string, string>(FitMetadata)
    {
        ["format"] = "pt",
        ["program"] = $"CifarFast {ProgramVersion}",
        ["network"] = Network,
        ["dataset"] = Data.Name,
        ["seed"] = Options.Recipe.Seed.ToString(CultureInfo.InvariantCulture),
        [Classifier.ClassNamesKey] = JsonSerializer.Serialize(Data.ClassNames, RunJson.Compact.IReadOnlyListString),
    };

    /// <summary>How pictures come to the network's size, as <see cref="FitKey"/>, where it was trained on pictures.</summary>
    private IEnumerable<KeyValuePair<string, string>> FitMetadata =>
        Options.Pictures is PictureSettings pictures ? [new(FitKey, pictures.Fit.ToString().ToLowerInvariant())] : [];

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
        RunConfig? config = Read(checkpoint, CheckpointKey, Parse);
        return config?.Options.FindFault() is string fault
            ? throw new CheckpointException($"{checkpoint.Path} is damaged: no run can have been begun with {fault}")
            : config;
    }

    /// <summary>How pictures come to the size of the network whose weights a file has: as it was trained, or cut where that was not on pictures.</summary>
    /// <exception cref="CheckpointException">It is damaged.</exception>
    public static PictureFit FitOf(string weights)
    {
        using var file = WeightsFile.Open(weights);
        return Enum.TryParse(file.Text(FitKey), ignoreCase: true, out PictureFit fit) ? fit : PictureFit.Crop;
    }

    /// <summary>Reads the configuration of a run that is to be done again.</summary>
    /// <exception cref="RunException">There is none in the file, or it is damaged, or of a program that computes otherwise; the message names it.</exception>
    public static RunConfig ReadAgain(string path)
    {
        RunConfig config;
        try
        {
            config = Parse(File.ReadAllBytes(path), RunJson.Strict) ?? throw new JsonException("it is empty");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RunException($"--config: '{path}' cannot be read: {Reason.Of(error)} Name the config.json of a run.", error);
        }
        catch (JsonException error)
        {
            string place = error.Path is { Length: > 1 } field ? $" at {field}" : "";
            throw new RunException($"--config: {path} is no config.json that this program can read{place}; it may be damaged, or of a later version", error);
        }

        if (config.Options.FindFault() is string fault)
        {
            throw new RunException($"--config: {path} is damaged: no run can have been begun with {fault}");
        }

        Recipe recipe = RecipeCatalog.Find(config.Options.Recipe.Name)
            ?? throw new RunException($"--config: {path} is of a recipe '{config.Options.Recipe.Name}', which this program does not know");
        IReadOnlyList<int> numerics = config.NumericsVersions ?? [NumericsVersion.First];
        if (numerics is not [NumericsVersion.Current])
        {
            throw new RunException($"--config: {path} is of numerics version {string.Join(" and ", numerics)}, and this program computes by version {NumericsVersion.Current}: the run would come to other weights; to train so all the same, give its options on the command line");
        }

        if (config.Imported is not null)
        {
            throw new RunException($"--config: {path} is of a run that another program began, whose first part cannot be done again");
        }

        return config with { Options = config.Options with { Recipe = config.Options.Recipe with { Network = recipe.Network, Initialization = recipe.Initialization } } };
    }

    /// <summary>The settings to do the run again with: all that shapes its weights, and nothing of the machine it was done on.</summary>
    public TrainSettings Again(int threads) => Options with
    {
        Dataset = Locate(Options.Dataset),
        Execution = new ExecutionOptions { Kernels = Options.Execution.Kernels, Convolution = Options.Execution.Convolution, Threads = threads },
    };

    /// <summary>What another program noted down of the run before it became this program's, or null.</summary>
    /// <exception cref="CheckpointException">It is damaged.</exception>
    public static ImportedHistory? ImportedHistoryOf(Checkpoint? checkpoint) =>
        checkpoint is null ? null : Of(checkpoint)?.Imported ?? Read(checkpoint, HistoryKey, json => JsonSerializer.Deserialize(json, RunJson.Compact.ImportedHistory));

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

    /// <summary>What <see cref="Parse(byte[])"/> reads.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, RunJson.Compact.RunConfig);

    /// <summary>Reads what this version or an earlier one wrote.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static RunConfig? Parse(byte[] json) => Parse(json, RunJson.Readable);

    private static RunConfig? Parse(byte[] json, RunJson format)
    {
        try
        {
            return FirstConfig.Upgrade(JsonNode.Parse(json)).Deserialize(format.RunConfig);
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or FormatException or NotSupportedException)
        {
            // What the constructor of an optimizer or a schedule refuses, a node of another kind than expected, an optimizer without a type.
            throw new JsonException(error.Message, error);
        }
    }

    private static T? Read<T>(Checkpoint checkpoint, string key, Func<byte[], T?> parse)
        where T : class
    {
        try
        {
            return checkpoint.Metadata(key) is byte[] json ? parse(json) : null;
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
            RunConfig? later = Parse(File.ReadAllBytes(path));
            if (later?.Started != Started)
            {
                return this;
            }

            Recipe own = Options.Recipe;
            Recipe raised = later.Options.Recipe;
            return this with
            {
                Options = Options with
                {
                    Recipe = own with
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
        data is null ? Locate(Options.Dataset) : Options.Dataset with { Kind = DatasetKind.Auto, Likely = Kind, Path = data };

    /// <summary>Where to look for the images of the run: where it is said, else where they were, else wherever they may be.</summary>
    /// <param name="request">The request of the run, with what was said since.</param>
    public DatasetRequest Locate(DatasetRequest request)
    {
        if (Data.Name == SyntheticImages.DatasetName)
        {
            return request with { Kind = DatasetKind.Synthetic, Path = null };
        }

        if (Kind == DatasetKind.Folder)
        {
            return request with { Kind = DatasetKind.Folder };
        }

        bool isGone = request.Path == Options.Dataset.Path && !Path.Exists(request.Path);
        return request with { Kind = Kind, Path = isGone ? null : request.Path };
    }

    /// <summary>Writes the file.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Save(string path) => DurableFile.Write(path, file => RunJson.Write(file, this, RunJson.Readable.RunConfig));
}

using System.Text.Json.Serialization;
using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Data;
using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Recipes;

namespace CifarFast.Trainer.Runs;

/// <summary>What a person asked <c>train</c> to do. It is kept with the run, so that the run can go on without being told again.</summary>
internal sealed record TrainSettings
{
    /// <summary>The largest batch.</summary>
    public const int MaxBatchSize = 16384;

    /// <summary>The largest number of threads.</summary>
    public const int MaxThreads = 1024;

    /// <summary>What is done where nothing is asked for.</summary>
    public static TrainSettings Default { get; } =
        new() { Dataset = new DatasetRequest(), Recipe = RecipeCatalog.All[0], Execution = new ExecutionOptions(), CheckpointEvery = 50 };

    /// <summary>Which data set, and where it may be.</summary>
    public required DatasetRequest Dataset { get; init; }

    /// <summary>What to do with them.</summary>
    public required Recipe Recipe { get; init; }

    /// <summary>How to compute.</summary>
    public required ExecutionOptions Execution { get; init; }

    /// <summary>Trains on the first so many images only.</summary>
    public int? LimitTrain { get; init; }

    /// <summary>Evaluates on the first so many images only.</summary>
    public int? LimitTest { get; init; }

    /// <summary>The share of the training images to hold out, or null for none.</summary>
    public double? ValidationSplit { get; init; }

    /// <summary>The file of the weights to begin with, or null for random ones.</summary>
    public string? Init { get; init; }

    /// <summary>The SHA-256 of that file; null where it was not noted down.</summary>
    public string? InitSha256 { get; init; }

    /// <summary>What was said of the tensors in that file.</summary>
    public IReadOnlyList<TensorMapping>? InitMap { get; init; }

    /// <summary>What the names of parameters begin with that stay as they are.</summary>
    public IReadOnlyList<string> Freeze
    {
        get;
        init => field = value ?? []; // The serializer gives null where a file, of a version that froze nothing, says nothing of them.
    } = [];

    /// <summary>Most steps from one checkpoint to the next, which comes after a minute if not before; 0 for one at the end of each epoch only.</summary>
    public int CheckpointEvery { get; init; }

    /// <summary>How long to train this time, or null for as long as it takes.</summary>
    public TimeSpan? MaxTime { get; init; }

    /// <summary>The run folder, or null for a new one under <c>runs</c>.</summary>
    public string? Out { get; init; }

    /// <summary>Whether to go on with a run of another numerics version.</summary>
    [JsonIgnore]
    public bool AcceptNumerics { get; init; }

    /// <summary>Whether to print plain lines where a live view could be drawn.</summary>
    public bool NoProgress { get; init; }

    /// <summary>Whether to leave out the pictures and the page at the end.</summary>
    public bool NoReport { get; init; }

    /// <summary>What of the settings nothing can be trained with, or null: the bounds of options, and of settings that come from a file.</summary>
    public string? FindFault() =>
        Recipe.FindFault() is string fault ? fault
        : Recipe.BatchSize > MaxBatchSize ? $"batches of {Recipe.BatchSize}"
        : Recipe.Optimizer.WithThoseOfGroups.Select(FindFault).FirstOrDefault(found => found is not null) is string ofOptimizer ? ofOptimizer
        : Execution.Threads is <= 0 or > MaxThreads ? $"{Execution.Threads} threads"
        : LimitTrain <= 0 || LimitTest <= 0 ? "a limit of images that is not positive"
        : ValidationSplit is not (null or (> 0 and < 1)) ? $"the validation split {ValidationSplit}"
        : ValidationSplit is null && Recipe.Monitor is Metric.ValidationLoss or Metric.ValidationAccuracy ? "a metric of images held out, and none held out"
        : Freeze.Any(string.IsNullOrEmpty) ? "parameters frozen whose names begin with nothing"
        : CheckpointEvery < 0 ? $"a checkpoint every {CheckpointEvery} steps"
        : null;

    private static string? FindFault(Optimizer optimizer) =>
        !(optimizer.LearningRate > 0) ? $"the learning rate {optimizer.LearningRate}"
        : !(optimizer.WeightDecay >= 0) ? $"the weight decay {optimizer.WeightDecay}"
        : (optimizer switch { SGD sgd => (sgd.Momentum, sgd.Nesterov), Muon muon => (muon.Momentum, muon.Nesterov), _ => (0, false) }) is var (momentum, nesterov)
            && (momentum is not (>= 0 and < 1) || (nesterov && momentum == 0)) ? $"the momentum {momentum}"
        : null;
}

using CifarFast.Engine.Data;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Training;

namespace CifarFast.Trainer.Commands;

/// <summary>What a person asked <c>train</c> to do.</summary>
internal sealed record TrainSettings
{
    /// <summary>Which data set, and where it may be.</summary>
    public required DatasetRequest Dataset { get; init; }

    /// <summary>The recipe.</summary>
    public required TrainingOptions Training { get; init; }

    /// <summary>How to compute.</summary>
    public required ExecutionOptions Execution { get; init; }

    /// <summary>Trains on the first so many images only.</summary>
    public int? LimitTrain { get; init; }

    /// <summary>Evaluates on the first so many images only.</summary>
    public int? LimitTest { get; init; }

    /// <summary>The run folder, or null for a new one under <c>runs</c>.</summary>
    public string? Out { get; init; }

    /// <summary>Whether to print plain lines where a live view could be drawn.</summary>
    public bool NoProgress { get; init; }
}

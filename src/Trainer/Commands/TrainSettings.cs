using CifarFast.Engine.Data;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Training;

namespace CifarFast.Trainer.Commands;

/// <summary>What a person asked <c>train</c> to do. It is kept with the run, so that the run can go on without being told again.</summary>
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

    /// <summary>The share of the training images to hold out, or null for none.</summary>
    public double? ValidationSplit { get; init; }

    /// <summary>The file of the weights to begin with, or null for random ones.</summary>
    public string? Init { get; init; }

    /// <summary>Steps from one checkpoint to the next; 0 for one at the end of each epoch only.</summary>
    public int CheckpointEvery { get; init; }

    /// <summary>How long to train this time, or null for as long as it takes.</summary>
    public TimeSpan? MaxTime { get; init; }

    /// <summary>The run folder, or null for a new one under <c>runs</c>.</summary>
    public string? Out { get; init; }

    /// <summary>Whether to print plain lines where a live view could be drawn.</summary>
    public bool NoProgress { get; init; }
}

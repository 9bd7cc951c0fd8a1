using System.Globalization;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Simd;

namespace CifarFast.Trainer.Commands;

/// <summary>
/// Which options a run that goes on may be given anew: what says how long, how fast and where, but nothing that would make
/// another run of it.
/// </summary>
internal static class ResumeRules
{
    private static readonly (string Option, Func<TrainSettings, object?> Value)[] _fixed =
    [
        ("--dataset", settings => settings.Dataset.Kind),
        ("--batch-size", settings => settings.Training.BatchSize),
        ("--lr", settings => settings.Training.LearningRate),
        ("--momentum", settings => settings.Training.Momentum),
        ("--nesterov", settings => settings.Training.Nesterov),
        ("--weight-decay", settings => settings.Training.WeightDecay),
        ("--seed", settings => settings.Training.Seed),
        ("--kernels", settings => settings.Execution.Kernels),
        ("--limit-train", settings => settings.LimitTrain),
        ("--limit-test", settings => settings.LimitTest),
        ("--validation-split", settings => settings.ValidationSplit),
        ("--monitor", settings => settings.Training.Monitor),
        ("--init", settings => settings.Init),
    ];

    /// <summary>Ends of a run: what is done stays as it is when they move away.</summary>
    private static readonly (string Option, Func<TrainSettings, long?> Value)[] _raisable =
    [
        ("--epochs", settings => settings.Training.Epochs),
        ("--max-steps", settings => settings.Training.MaxSteps),
        ("--patience", settings => settings.Training.Patience),
    ];

    /// <summary>The settings a run goes on with.</summary>
    /// <param name="stored">Those it was begun with.</param>
    /// <param name="asked">Those of this command line, with its defaults.</param>
    /// <param name="isGiven">Whether an option stands on this command line.</param>
    /// <exception cref="UsageException">An option would make another run of it.</exception>
    public static TrainSettings Apply(TrainSettings stored, TrainSettings asked, Func<string, bool> isGiven)
    {
        foreach ((string option, Func<TrainSettings, object?> value) in _fixed)
        {
            if (isGiven(option) && !Equals(value(asked), value(stored)))
            {
                throw new UsageException(
                    $"{option} {Text(value(asked))}: the run was begun with {Text(value(stored))}, and with another value it would be another run; leave the option out, or begin a new run");
            }
        }

        foreach ((string option, Func<TrainSettings, long?> value) in _raisable)
        {
            if (isGiven(option) && (value(stored) is not long before || value(asked) < before))
            {
                throw new UsageException($"{option} {Text(value(asked))}: the run was begun with {Text(value(stored))}, which can be raised but not lowered");
            }
        }

        return stored with
        {
            Dataset = stored.Dataset with
            {
                Path = isGiven("--data") ? asked.Dataset.Path : stored.Dataset.Path,
                Mirror = isGiven("--mirror") ? asked.Dataset.Mirror : stored.Dataset.Mirror,
            },
            Training = stored.Training with
            {
                Epochs = isGiven("--epochs") ? asked.Training.Epochs : stored.Training.Epochs,
                MaxSteps = isGiven("--max-steps") ? asked.Training.MaxSteps : stored.Training.MaxSteps,
                Patience = isGiven("--patience") ? asked.Training.Patience : stored.Training.Patience,
            },
            Execution = stored.Execution with { Threads = isGiven("--threads") ? asked.Execution.Threads : stored.Execution.Threads },
            CheckpointEvery = isGiven("--checkpoint-every") ? asked.CheckpointEvery : stored.CheckpointEvery,
            MaxTime = asked.MaxTime,
            Out = asked.Out,
            NoReport = asked.NoReport,
            NoProgress = asked.NoProgress,
        };
    }

    /// <summary>The tier a run goes on with: its own, as another one rounds differently, unless this machine lacks that.</summary>
    /// <param name="execution">How the run computed.</param>
    /// <param name="asked">The tier that an option or the environment names on this machine, or null.</param>
    /// <param name="supported">The tiers this machine has.</param>
    /// <exception cref="UsageException">It would be another tier without need, or a person has to choose one.</exception>
    public static SimdTier Tier(ExecutionOptions execution, SimdTier? asked, IReadOnlyList<SimdTier> supported)
    {
        SimdTier stored = execution.Tier;
        bool isHere = supported.Contains(stored);
        if (execution.Kernels == KernelPath.Naive || asked == stored || (asked is null && isHere))
        {
            return stored;
        }

        return (asked, isHere) switch
        {
            (SimdTier other, true) => throw new UsageException(
                $"--simd {other.Name()}: the run was begun on {stored.Name()}, and another tier rounds differently; leave the option (and ${SimdTiers.EnvironmentVariable}) out, or begin a new run"),
            (null, _) => throw new UsageException(
                $"the run was begun on {stored.Name()}, which this CPU lacks, and another tier rounds differently; to go on all the same, add --simd {supported[^1].Name()}"),
            (SimdTier other, false) => other,
        };
    }

    private static string Text(object? value) => value switch
    {
        null => "none",
        Enum choice => NamedOption.NameOf(choice),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!.ToLowerInvariant(),
    };
}

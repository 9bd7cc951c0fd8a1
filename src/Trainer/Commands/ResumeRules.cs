using System.Globalization;
using CifarFast.Trainer.Console;
using CifarFast.Trainer.Runs;

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

    /// <summary>Limits of a run: what is done stays as it is when they are raised.</summary>
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
            Execution = asked.Execution with { Threads = isGiven("--threads") ? asked.Execution.Threads : stored.Execution.Threads, Kernels = stored.Execution.Kernels },
            CheckpointEvery = isGiven("--checkpoint-every") ? asked.CheckpointEvery : stored.CheckpointEvery,
            MaxTime = asked.MaxTime,
            Out = asked.Out,
            NoReport = asked.NoReport,
            NoProgress = asked.NoProgress,
        };
    }

    private static string Text(object? value) => value switch
    {
        null => "none",
        Enum choice => ChoiceName.Of(choice),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!.ToLowerInvariant(),
    };
}

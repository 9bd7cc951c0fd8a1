using System.Globalization;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Recipes;
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
        ("--batch-size", settings => settings.Recipe.BatchSize),
        ("--lr", settings => settings.Recipe.Optimizer.LearningRate),
        ("--momentum", settings => (settings.Recipe.Optimizer as SGD)?.Momentum),
        ("--nesterov", settings => (settings.Recipe.Optimizer as SGD)?.Nesterov),
        ("--weight-decay", settings => settings.Recipe.Optimizer.WeightDecay),
        ("--seed", settings => settings.Recipe.Seed),
        ("--kernels", settings => settings.Execution.Kernels),
        ("--convolution", settings => settings.Execution.Convolution),
        ("--limit-train", settings => settings.LimitTrain),
        ("--limit-test", settings => settings.LimitTest),
        ("--validation-split", settings => settings.ValidationSplit),
        ("--monitor", settings => settings.Recipe.Monitor),
        ("--balance", settings => settings.Recipe.Balance),
        ("--init", settings => settings.Init),
        ("--freeze", settings => settings.Freeze.Count == 0 ? null : string.Join(' ', settings.Freeze)),
    ];

    /// <summary>Limits of a run: what is done stays as it is when they are raised.</summary>
    private static readonly (string Option, Func<TrainSettings, decimal?> Value)[] _raisable =
    [
        ("--epochs", settings => settings.Recipe.Epochs),
        ("--max-steps", settings => settings.Recipe.MaxSteps),
        ("--patience", settings => settings.Recipe.Patience),
    ];

    /// <summary>Makes sure that a run that goes on stays the same run.</summary>
    /// <param name="stored">The settings it was begun with.</param>
    /// <param name="asked">Those, with what this command line says.</param>
    /// <param name="recipe">The recipe that this command line names, or null.</param>
    /// <exception cref="UsageException">An option would make another run of it.</exception>
    public static void Check(TrainSettings stored, TrainSettings asked, string? recipe)
    {
        if (recipe is not null && recipe != stored.Recipe.Name)
        {
            throw Another("--recipe", recipe, stored.Recipe.Name);
        }

        foreach ((string option, Func<TrainSettings, object?> value) in _fixed)
        {
            if (!Equals(value(asked), value(stored)))
            {
                throw Another(option, Text(value(asked)), Text(value(stored)));
            }
        }

        foreach ((string option, Func<TrainSettings, decimal?> value) in _raisable)
        {
            if (value(asked) != value(stored) && (value(stored) is not decimal before || value(asked) < before))
            {
                throw new UsageException($"{option} {Text(value(asked))}: the run was begun with {Text(value(stored))}, which can be raised but not lowered");
            }
        }

        Recipe planned = stored.Recipe;
        if (asked.Recipe.Epochs != planned.Epochs && (planned.IsPlannedToItsEnd || planned.Epochs != decimal.Truncate(planned.Epochs)))
        {
            string why = planned.IsPlannedToItsEnd ? "and its learning rates were planned for these" : "and its last epoch was planned to be a part of one";
            throw new UsageException($"--epochs {Text(asked.Recipe.Epochs)}: the run was begun with {Text(planned.Epochs)}, {why}; begin a new run");
        }
    }

    private static UsageException Another(string option, string asked, string stored) => new(
        $"{option} {asked}: the run was begun with {stored}, and with another value it would be another run; leave the option out, or begin a new run");

    private static string Text(object? value) => value switch
    {
        null => "none",
        Enum choice => ChoiceName.Of(choice),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!.ToLowerInvariant(),
    };
}

using System.Globalization;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Training;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Console;

/// <summary>Shows runs side by side, as plain text.</summary>
internal static class RunTableView
{
    private const int MaxNameWidth = 18;

    /// <summary>Writes a row a run, and what each was asked to do that not all were.</summary>
    public static void Write(TextWriter output, IReadOnlyList<RunRecord> runs)
    {
        IReadOnlyList<string> names = Names(runs);
        int width = Math.Clamp(names.Max(name => name.Length), 3, MaxNameWidth);
        Line(output, $"{"run".PadRight(width)}{"epochs",9}{"best test",11}{"last test",11}{"train loss",12}{"time",9}{"images/s",10}");
        bool marks = runs.Any(run => !run.HasPlainLoss);
        for (int i = 0; i < runs.Count; i++)
        {
            RunRecord run = runs[i];
            EpochMetrics? last = run.Epochs.Count > 0 ? run.Epochs[^1] : null;
            double best = RunSummary.BestTestAccuracyOf(run.Epochs);
            Line(output, $"{Fit(names[i], width)}{$"{Number(Math.Round(last is null ? 0 : run.PassesAfter(last), 1))}/{Number(run.Config.Options.Recipe.Epochs)}",9}{ShareFigure.Format(best),11}{ShareFigure.Format(last?.TestAccuracy ?? double.NaN),11}{(last is null ? "-" : $"{LossFigure.Format(last.TrainLoss)}{(marks ? run.HasPlainLoss ? " " : "*" : "")}"),12}{Clock.Format(run.Epochs.Sum(epoch => epoch.Seconds)),9}{last?.ImagesPerSecond,10:N0}");
        }

        if (marks)
        {
            output.WriteLine("* of smoothed or mixed labels or balanced classes, which is no plain cross-entropy and not to be compared with one");
        }

        (string Option, Func<RunRecord, string> Value)[] options =
        [
            ("network", run => run.Config.Network),
            ("data set", run => $"{run.Config.Data.Name} (SHA-256 {run.Config.Data.TrainSha256[..8]}, {run.Config.Data.TestSha256[..8]})"),
            ("recipe", run => run.Config.Options.Recipe.Name),
            ("augmentation", run => run.Config.Options.Recipe.Transforms is { Count: > 0 } transforms ? string.Join("; ", transforms.Select(RecipeText.Of)) : "none"),
            ("last incomplete batch", run => run.Config.Options.Recipe.DropLast ? "dropped" : "used"),
            ("optimizer", run => run.Config.Options.Recipe.Optimizer.GetType().Name),
            ("schedule", run => RecipeText.Of(run.Config.Options.Recipe.Schedule) is { Length: > 0 } schedule ? schedule : "constant"),
            ("loss", run => RecipeText.Of(run.Config.Options.Recipe.Loss)),
            ("--balance", run => ChoiceName.Of(run.Config.Options.Recipe.Balance)),
            ("average", run => RecipeText.Of(run.Config.Options.Recipe.Average) is { Length: > 0 } average ? average : "none"),
            ("--lr", run => Number(run.Config.Options.Recipe.Optimizer.LearningRate)),
            ("--batch-size", run => Number(run.Config.Options.Recipe.BatchSize)),
            ("--momentum", run => Number((run.Config.Options.Recipe.Optimizer as SGD)?.Momentum ?? 0)),
            ("--nesterov", run => run.Config.Options.Recipe.Optimizer is SGD { Nesterov: true } ? "yes" : "no"),
            ("--weight-decay", run => Number(run.Config.Options.Recipe.Optimizer.WeightDecay)),
            ("--seed", run => Number(run.Config.Options.Recipe.Seed)),
            ("--init", run => run.Config.Options.Init ?? "none"),
            ("--freeze", run => run.Config.Options.Freeze is { Count: > 0 } frozen ? string.Join(' ', frozen) : "none"),
            ("--max-steps", run => run.Config.Options.Recipe.MaxSteps is long steps ? Number(steps) : "none"),
            ("--limit-train", run => run.Config.Options.LimitTrain is int limit ? Number(limit) : "none"),
            ("--limit-test", run => run.Config.Options.LimitTest is int limit ? Number(limit) : "none"),
            ("--validation-split", run => run.Config.Options.ValidationSplit is double share ? Number(share) : "none"),
            ("--monitor", run => ChoiceName.Of(run.Config.Options.Recipe.Monitor)),
            ("--threads", run => Number(run.Config.Options.Execution.Threads)),
            ("--kernels", run => ChoiceName.Of(run.Config.Options.Execution.Kernels)),
            ("--convolution", run => ChoiceName.Of(run.Config.Options.Execution.Convolution)),
            ("--simd", run => run.Config.Options.Execution.Tier.Name()),
            ("version", run => run.Config.ProgramVersion),
        ];
        (string Option, Func<RunRecord, string> Value)[] differing = [.. options.Where(option => runs.Select(option.Value).Distinct().Count() > 1)];
        if (differing.Length > 0)
        {
            output.WriteLine();
            output.WriteLine("what differs:");
            for (int i = 0; i < runs.Count; i++)
            {
                output.WriteLine(PlainText.Of(names[i]));
                foreach ((string option, Func<RunRecord, string> value) in differing)
                {
                    output.WriteLine($"  {option} {value(runs[i])}");
                }
            }
        }
    }

    /// <summary>What to call each run: its folder's name, or as the person named it where two have the same.</summary>
    public static IReadOnlyList<string> Names(IReadOnlyList<RunRecord> runs) =>
        [.. runs.Select(run => runs.Count(other => other.Name == run.Name) > 1 ? run.Path : run.Name)];

    /// <summary>The end of a name tells more than its beginning: runs begin with a date.</summary>
    private static string Fit(string text, int width)
    {
        string name = PlainText.Of(text);
        return (name.Length > width ? $"…{name[^(width - 1)..]}" : name).PadRight(width);
    }

    private static string Number(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);

    private static void Line(TextWriter output, FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture).TrimEnd());
}

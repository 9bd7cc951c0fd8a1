using System.Globalization;
using CifarFast.Engine.Training;
using CifarFast.Trainer.Console;
using CifarFast.Trainer.Runs;
using ScottPlot;

namespace CifarFast.Trainer.Reports;

/// <summary>Draws how the figures of a run, or of several, went.</summary>
internal static class Curves
{
    private const int Width = 600;
    private const int Height = 360;

    /// <summary>What tells runs apart when the colours come round again.</summary>
    private static readonly MarkerShape[] _markers = [MarkerShape.FilledCircle, MarkerShape.FilledSquare, MarkerShape.FilledTriangleUp, MarkerShape.FilledDiamond];

    /// <summary>The curves of a run: those that have something to show.</summary>
    public static IEnumerable<Picture> Of(RunRecord run)
    {
        string training = $"training{RecipeText.AccuracyNote(run.Config.Options.Recipe)}";
        string accuracy = RecipeText.Accuracy(run.Config.Options.Recipe);
        if (run.Epochs.Count > 0)
        {
            yield return new Picture("loss", PageSection.Curves, "Loss by epoch", theme => OfEpochs(run, theme, "Loss", "mean cross-entropy", run.HasPlainLoss ? "training" : "training (not plain)", epoch => epoch.TrainLoss, epoch => epoch.ValidationLoss, epoch => epoch.TestLoss));
            yield return new Picture("accuracy", PageSection.Curves, "Accuracy by epoch", theme => OfEpochs(run, theme, "Accuracy", "%", training, epoch => 100 * epoch.TrainAccuracy, epoch => 100 * epoch.ValidationAccuracy, epoch => 100 * epoch.TestAccuracy));
        }

        if (run.Batches.Count > 0)
        {
            yield return new Picture("loss-batches", PageSection.Curves, "Training loss by step", theme => OfBatches(run, theme, "Training loss", "mean cross-entropy", row => row.Loss, floor: null));
            yield return new Picture("accuracy-batches", PageSection.Curves, $"Training {accuracy} by step", theme => OfBatches(run, theme, $"Training {accuracy}", "%", row => 100 * row.Accuracy, floor: null));
            yield return new Picture("images-per-second", PageSection.Curves, "Training speed", theme => OfBatches(run, theme, "Training speed", "images/s", row => row.ImagesPerSecond, floor: 0));
            bool changes = run.Batches.DistinctBy(row => row.LearningRate).Count() > 1
                || run.GroupRates.GroupBy(rate => rate.Group).Any(group => group.DistinctBy(rate => rate.LearningRate).Count() > 1);
            if (changes)
            {
                yield return new Picture("learning-rate", PageSection.Curves, "Learning rate by step", theme => run.GroupRates.Count > 0
                    ? OfLearningRates(run, theme)
                    : OfBatches(run, theme, "Learning rate", "", row => row.LearningRate, floor: 0));
            }
        }
    }

    /// <summary>
    /// Loss and accuracy of several runs, over epochs, over images and over time: full lines for the test set, dashed ones for the training set. A
    /// training loss of smoothed or mixed labels or balanced classes is of another kind than a plain one and is left out.
    /// </summary>
    public static byte[] Compare(IReadOnlyList<(string Name, RunRecord Run)> runs, Theme theme)
    {
        string loss = runs.All(run => run.Run.HasPlainLoss) ? "Loss (dashed: training)" : "Loss (dashed: training, where it is plain cross-entropy)";
        string accuracy = $"Accuracy (dashed: training{(runs.Any(run => run.Run.Config.Options.Recipe.MixesImages) ? ", of mixed images the heavier label" : "")})";
        (string Unit, Func<RunRecord, EpochMetrics, double> Of)[] axes =
        [
            ("epoch", (run, epoch) => run.PassesAfter(epoch)),
            ("images trained on", (run, epoch) => run.ImagesAfter(epoch)),
            ("minutes", (run, epoch) => run.SecondsAfter(epoch) / 60),
        ];
        Plot[] plots =
        [
            .. axes.Select(axis => OfRuns(runs, theme, loss, axis.Unit, axis.Of, "mean cross-entropy", epoch => epoch.TestLoss, run => run.HasPlainLoss ? epoch => epoch.TrainLoss : epoch => double.NaN)),
            .. axes.Select(axis => OfRuns(runs, theme, accuracy, axis.Unit, axis.Of, "%", epoch => 100 * epoch.TestAccuracy, run => epoch => 100 * epoch.TrainAccuracy)),
        ];
        foreach (Plot plot in plots.Skip(1))
        {
            plot.HideLegend();
        }

        return Chart.Table(plots, axes.Length, Width, Height);
    }

    private static Plot OfRuns(
        IReadOnlyList<(string Name, RunRecord Run)> runs,
        Theme theme,
        string title,
        string axis,
        Func<RunRecord, EpochMetrics, double> along,
        string unit,
        Func<EpochMetrics, double> test,
        Func<RunRecord, Func<EpochMetrics, double>> train)
    {
        Plot plot = Chart.Create(theme, title, axis, unit);
        for (int i = 0; i < runs.Count; i++)
        {
            RunRecord run = runs[i].Run;
            IEnumerable<(double X, double Y)> Along(Func<EpochMetrics, double> value) => run.Epochs.Select(epoch => (along(run, epoch), value(epoch)));
            Chart.AddLine(plot, runs[i].Name, Along(test), theme.Colour(i), marker: _markers[i / theme.Series.Count % _markers.Length]);
            Chart.AddLine(plot, "", Along(train(run)), theme.Colour(i), dashed: true, markers: false);
        }

        if (axis == "epoch")
        {
            Chart.CountAlong(plot, 1, runs.Max(run => run.Run.Epochs.Select(epoch => epoch.Epoch).DefaultIfEmpty(1).Max()));
        }

        plot.ShowLegend(Alignment.UpperRight);
        return plot;
    }

    private static byte[] OfEpochs(
        RunRecord run, Theme theme, string title, string unit, string training, Func<EpochMetrics, double> train, Func<EpochMetrics, double> validation, Func<EpochMetrics, double> test)
    {
        Plot plot = Chart.Create(theme, title, "epoch", unit);
        Chart.AddLine(plot, training, Points(run, train), theme.Colour(0));
        Chart.AddLine(plot, "test", Points(run, test), theme.Colour(1));
        Chart.AddLine(plot, "validation", Points(run, validation), theme.Colour(2));
        Chart.CountAlong(plot, run.Epochs[0].Epoch, run.Epochs[^1].Epoch);
        plot.ShowLegend(Edge.Right);
        return Chart.Png(plot, Width, Height);
    }

    private static byte[] OfBatches(RunRecord run, Theme theme, string title, string unit, Func<BatchMetrics, double> value, double? floor)
    {
        Plot plot = Chart.Create(theme, title, "step", unit);
        Chart.AddLine(plot, "", run.Batches.Select(row => ((double)row.Step, value(row))), theme.Colour(0), markers: false);
        Chart.CountAlong(plot, 0, run.Batches[^1].Step);
        if (floor is double bottom)
        {
            double top = run.Batches.Select(value).Where(double.IsFinite).DefaultIfEmpty(1).Max();
            plot.Axes.SetLimitsY(bottom, bottom + (1.08 * Math.Max(top - bottom, float.Epsilon)));
        }

        return Chart.Png(plot, Width, Height);
    }

    /// <summary>Learning rates of several groups, which may be of quite different sizes: each as a share of its own highest.</summary>
    private static byte[] OfLearningRates(RunRecord run, Theme theme)
    {
        Plot plot = Chart.Create(theme, "Learning rate", "step", "% of the highest");
        IEnumerable<(string Group, long Step, double Rate)> all = run.Batches.Select(row => ("others", row.Step, (double)row.LearningRate)).Concat(run.GroupRates);
        foreach ((int i, IGrouping<string, (string Group, long Step, double Rate)> group) in all.GroupBy(point => point.Group).Index())
        {
            double highest = group.Max(point => point.Rate);
            string name = string.Create(CultureInfo.InvariantCulture, $"{group.Key}, up to {highest:G3}");
            Chart.AddLine(plot, name, group.Select(point => ((double)point.Step, 100 * point.Rate / highest)), theme.Colour(i), dashed: i > 0, markers: false);
        }

        Chart.CountAlong(plot, 0, run.Batches[^1].Step);
        plot.Axes.SetLimitsY(0, 108);
        plot.ShowLegend(Edge.Right);
        return Chart.Png(plot, Width, Height);
    }

    private static IEnumerable<(double X, double Y)> Points(RunRecord run, Func<EpochMetrics, double> value) =>
        run.Epochs.Select(epoch => ((double)epoch.Epoch, value(epoch)));
}

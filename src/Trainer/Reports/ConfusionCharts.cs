using System.Globalization;
using CifarFast.Engine.Evaluation;
using CifarFast.Trainer.Console;
using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace CifarFast.Trainer.Reports;

/// <summary>Draws what was taken for what.</summary>
internal static class ConfusionCharts
{
    private const int Width = 600;
    private const int Height = 560;
    private const int PairsShown = 10;

    /// <summary>
    /// The confusion matrix, in images and in shares of each class, where it is small enough to read, and the pairs that are confused most often.
    /// </summary>
    public static IEnumerable<Picture> Of(ModelEvaluation evaluation)
    {
        ClassificationReport report = evaluation.Report;
        if (report.Classes.Count <= ReportView.MostClasses)
        {
            yield return new Picture("confusion", Section: null, "Confusion matrix, images", theme => Matrix(
                report, theme, "Confusion: images", (label, predicted) => report.Confusion(label, predicted).ToString(CultureInfo.InvariantCulture)));
            yield return new Picture("confusion-normalized", Section: null, "Confusion matrix, share of each class", theme => Matrix(
                report, theme, "Confusion: % of each true class", (label, predicted) => Percent(Share(report, label, predicted))));
        }

        if (report.Errors > 0)
        {
            yield return new Picture("confused-pairs", PageSection.Predictions, "Classes confused most often", theme => Pairs(evaluation, theme));
        }
    }

    /// <summary>The share of the images of a class that were taken for another; NaN where there are none.</summary>
    public static double Share(ClassificationReport report, int label, int predicted) =>
        (double)report.Confusion(label, predicted) / report.Classes[label].Support;

    /// <summary>Without decimals; a dash where there is nothing to divide by.</summary>
    public static string Percent(double share) =>
        double.IsNaN(share) ? "–" : (100 * share).ToString("F0", CultureInfo.InvariantCulture);

    private static byte[] Matrix(ClassificationReport report, Theme theme, string title, Func<int, int, string> text)
    {
        int classes = report.Classes.Count;
        Plot plot = Chart.Create(theme, title, "predicted", "true");
        plot.HideGrid();
        for (int label = 0; label < classes; label++)
        {
            for (int predicted = 0; predicted < classes; predicted++)
            {
                // Colours go by shares of the class in either matrix, or a class with few images would look empty.
                SKColor shade = theme.Shade(Share(report, label, predicted));
                int row = classes - 1 - label;
                ScottPlot.Plottables.Rectangle cell = plot.Add.Rectangle(predicted - 0.5, predicted + 0.5, row - 0.5, row + 0.5);
                cell.FillColor = Chart.Of(shade);
                cell.LineColor = Chart.Of(theme.Faint);
                ScottPlot.Plottables.Text figure = plot.Add.Text(text(label, predicted), predicted, row);
                figure.LabelAlignment = Alignment.MiddleCenter;
                figure.LabelFontSize = 13;
                figure.LabelFontName = EmbeddedFonts.Family;
                figure.LabelFontColor = Chart.Of(IsBright(shade) ? SKColors.Black : SKColors.White);
            }
        }

        string[] names = [.. report.Classes.Select(figures => figures.Name)];
        plot.Axes.Bottom.TickGenerator = new NumericManual([.. Enumerable.Range(0, classes).Select(i => (double)i)], names);
        plot.Axes.Left.TickGenerator = new NumericManual([.. Enumerable.Range(0, classes).Select(i => (double)(classes - 1 - i))], names);
        plot.Axes.Bottom.TickLabelStyle.Rotation = -45;
        plot.Axes.Bottom.TickLabelStyle.Alignment = Alignment.UpperRight;
        plot.Axes.Bottom.MinimumSize = 96;
        plot.Axes.SetLimits(-0.5, classes - 0.5, -0.5, classes - 0.5);
        return Chart.Png(plot, Width, Height);
    }

    private static byte[] Pairs(ModelEvaluation evaluation, Theme theme)
    {
        IReadOnlyList<ClassFigures> classes = evaluation.Report.Classes;
        IReadOnlyList<(int Label, int Predicted, int Images)> pairs = evaluation.Report.MostConfused(PairsShown);
        Plot plot = Chart.Create(theme, "Confused most often", "images");
        plot.HideGrid();
        for (int i = 0; i < pairs.Count; i++)
        {
            ScottPlot.Plottables.BarPlot bars = plot.Add.Bar(new Bar
            {
                Position = pairs.Count - 1 - i,
                Value = pairs[i].Images,
                FillColor = Chart.Of(theme.Accent),
                LineWidth = 0,
                Orientation = Orientation.Horizontal,
                Label = $"{pairs[i].Images} ({Percent(Share(evaluation.Report, pairs[i].Label, pairs[i].Predicted))} %)",
            });
            bars.ValueLabelStyle.ForeColor = Chart.Of(theme.Text);
            bars.ValueLabelStyle.FontName = EmbeddedFonts.Family;
            bars.Horizontal = true;
        }

        plot.Axes.Left.TickGenerator = new NumericManual(
            [.. Enumerable.Range(0, pairs.Count).Select(i => (double)(pairs.Count - 1 - i))],
            [.. pairs.Select(pair => $"{classes[pair.Label].Name} taken for {classes[pair.Predicted].Name}")]);
        plot.Axes.SetLimits(0, 1.2 * pairs[0].Images, -0.6, pairs.Count - 0.4);
        return Chart.Png(plot, Width, 60 + 60 + (28 * pairs.Count));
    }

    private static bool IsBright(SKColor colour) => (0.299 * colour.Red) + (0.587 * colour.Green) + (0.114 * colour.Blue) > 140;
}

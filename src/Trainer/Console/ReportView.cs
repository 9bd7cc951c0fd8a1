using System.Globalization;
using CifarFast.Engine.Evaluation;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Console;

/// <summary>Shows how well a network classifies, as plain text of at most 80 columns.</summary>
internal static class ReportView
{
    private const int LeastNameWidth = 12;
    private const int MostNameWidth = 20;
    private const int CellWidth = 6;

    /// <summary>Classes whose matrix is no wider than 80 columns.</summary>
    private const int MatrixClasses = 10;

    /// <summary>Of more classes the worst ones are shown.</summary>
    private const int ClassesShown = 20;

    private const int PairsShown = 20;

    /// <summary>Writes the figures, those of each class, and the confusion matrix.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="report">How well the network classifies.</param>
    /// <param name="augmented">How well it does with test-time augmentation, or null.</param>
    public static void Write(TextWriter output, ClassificationReport report, AugmentedAccuracy? augmented = null)
    {
        int width = Math.Clamp(report.Classes.Max(figures => figures.Name.Length) + 1, LeastNameWidth, MostNameWidth);
        Line(output, $"accuracy {report.Accuracy * 100:F2}%, {Quantity.Of(report.Errors, "error")} in {Quantity.Of(report.Images, "image")}");
        Line(output, $"top-2 accuracy {report.Top2Accuracy * 100:F2}%, loss {LossFigure.Format(report.Loss)}");
        if (augmented is not null)
        {
            Line(output, $"with {RecipeText.Of(augmented.Level)}: accuracy {augmented.Accuracy * 100:F2}%");
        }

        output.WriteLine();
        Line(output, $"{"class".PadRight(width)}{"precision",10}{"recall",10}{"F1",10}{"images",10}{"predicted",11}");
        IReadOnlyList<ClassFigures> shown = Confusions.Worst(report, ClassesShown);
        foreach (ClassFigures figures in shown)
        {
            Line(output, $"{Name(figures.Name, width)}{Share(figures.Precision),10}{Share(figures.Recall),10}{Share(figures.F1),10}{figures.Support,10}{figures.Predicted,11}");
        }

        Line(output, $"{"mean".PadRight(width)}{Share(report.MacroPrecision),10}{Share(report.MacroRecall),10}{Share(report.MacroF1),10}");
        if (shown.Count < report.Classes.Count)
        {
            Line(output, $"the {shown.Count} classes of {report.Classes.Count} with the lowest F1; the mean is that of all");
        }

        if (report.Classes.Count <= MatrixClasses)
        {
            output.WriteLine();
            WriteMatrix(output, report, width);
        }
        else if (report.Errors > 0)
        {
            output.WriteLine();
            WritePairs(output, report, width);
        }
    }

    private static void WriteMatrix(TextWriter output, ClassificationReport report, int width)
    {
        output.WriteLine("confusion: a row a true class, a column a predicted one");
        Line(output, $"{"".PadRight(width)}{string.Concat(report.Classes.Select(figures => Short(figures.Name).PadLeft(CellWidth)))}");
        for (int label = 0; label < report.Classes.Count; label++)
        {
            int row = label;
            Line(output, $"{Name(report.Classes[label].Name, width)}{string.Concat(Enumerable.Range(0, report.Classes.Count).Select(predicted => Count(report.Confusion(row, predicted))))}");
        }
    }

    private static void WritePairs(TextWriter output, ClassificationReport report, int width)
    {
        Line(output, $"{"confused most".PadRight(width)} {"taken for".PadRight(width)}{"images",10}{"of the class",14}");
        foreach ((int label, int predicted, int count) in Confusions.Most(report, PairsShown))
        {
            Line(output, $"{Name(report.Classes[label].Name, width)} {Name(report.Classes[predicted].Name, width)}{count,10}{Share((double)count / report.Classes[label].Support),14}");
        }
    }

    private static string Name(string name, int width) => (name.Length < width ? name : name[..(width - 1)]).PadRight(width);

    private static string Short(string name) => name.Length < CellWidth ? name : name[..(CellWidth - 1)];

    private static string Count(int count) => count.ToString(CultureInfo.InvariantCulture).PadLeft(CellWidth);

    /// <summary>An undefined ratio is a dash: a class that is never predicted has no precision.</summary>
    private static string Share(double share) => double.IsNaN(share) ? "-" : share.ToString("F4", CultureInfo.InvariantCulture);

    private static void Line(TextWriter output, FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture).TrimEnd());
}

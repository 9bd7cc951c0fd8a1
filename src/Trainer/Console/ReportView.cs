using System.Globalization;
using CifarFast.Engine.Evaluation;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Console;

/// <summary>Shows how well a network classifies, as plain text of at most 80 columns.</summary>
internal static class ReportView
{
    /// <summary>The most classes whose confusion matrix can be drawn and read; of more, those are shown that are confused most often.</summary>
    public const int MostClasses = 20;

    /// <summary>Classes, and pairs of them, that are shown where there are too many for all.</summary>
    private const int Shown = 10;

    /// <summary>Classes whose matrix is no wider than 80 columns.</summary>
    private const int MatrixClasses = 10;

    private const int LeastNameWidth = 12;
    private const int MostNameWidth = 20;
    private const int CellWidth = 6;

    /// <summary>Writes the figures, those of each class, and the confusion matrix; of many classes, the worst and what they are taken for.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="report">How well the network classifies.</param>
    /// <param name="augmented">How well it does with test-time augmentation, or null.</param>
    public static void Write(TextWriter output, ClassificationReport report, AugmentedAccuracy? augmented = null)
    {
        int width = Math.Clamp(report.Classes.Max(figures => figures.Name.Length) + 1, LeastNameWidth, MostNameWidth);
        Line(output, $"accuracy {report.Accuracy * 100:F2}%, {Quantity.Of(report.Errors, "error")} in {Quantity.Of(report.Images, "image")}");
        string top2 = report.TellsTop2 ? $"top-2 accuracy {report.Top2Accuracy * 100:F2}%, " : "";
        Line(output, $"{top2}loss {LossFigure.Format(report.Loss)}");
        if (augmented is not null)
        {
            Line(output, $"with {RecipeText.Of(augmented.Level)}: accuracy {augmented.Accuracy * 100:F2}%");
        }

        output.WriteLine();
        Line(output, $"{"class".PadRight(width)}{"precision",10}{"recall",10}{"F1",10}{"images",10}{"predicted",11}");
        bool areMany = report.Classes.Count > MostClasses;
        foreach (ClassFigures figures in areMany ? report.Worst(Shown) : report.Classes)
        {
            Line(output, $"{Name(figures.Name, width)}{Share(figures.Precision),10}{Share(figures.Recall),10}{Share(figures.F1),10}{figures.Support,10}{figures.Predicted,11}");
        }

        Line(output, $"{"mean".PadRight(width)}{Share(report.MacroPrecision),10}{Share(report.MacroRecall),10}{Share(report.MacroF1),10}");
        output.WriteLine();
        if (report.Classes.Count > MatrixClasses)
        {
            WriteMostConfused(output, report, width);
            return;
        }

        output.WriteLine("confusion: a row a true class, a column a predicted one");
        Line(output, $"{"".PadRight(width)}{string.Concat(report.Classes.Select(figures => Short(figures.Name).PadLeft(CellWidth)))}");
        for (int label = 0; label < report.Classes.Count; label++)
        {
            int row = label;
            Line(output, $"{Name(report.Classes[label].Name, width)}{string.Concat(Enumerable.Range(0, report.Classes.Count).Select(predicted => Count(report.Confusion(row, predicted))))}");
        }
    }

    private static void WriteMostConfused(TextWriter output, ClassificationReport report, int width)
    {
        Line(output, $"{(report.Classes.Count > MostClasses ? $"above the worst of {report.Classes.Count:N0} classes by F1; " : "")}confused most often:");
        foreach ((int label, int predicted, int images) in report.MostConfused(Shown))
        {
            Line(output, $"{Name(report.Classes[label].Name, width)}taken for {Name(report.Classes[predicted].Name, width)}{images,6:N0} of {report.Classes[label].Support:N0}");
        }
    }

    private static string Name(string name, int width) => (name.Length < width ? name : name[..(width - 1)]).PadRight(width);

    private static string Short(string name) => name.Length < CellWidth ? name : name[..(CellWidth - 1)];

    private static string Count(int count) => count.ToString(CultureInfo.InvariantCulture).PadLeft(CellWidth);

    /// <summary>An undefined ratio is a dash: a class that is never predicted has no precision.</summary>
    private static string Share(double share) => double.IsNaN(share) ? "-" : share.ToString("F4", CultureInfo.InvariantCulture);

    private static void Line(TextWriter output, FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture).TrimEnd());
}

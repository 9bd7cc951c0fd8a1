using CifarFast.Engine.Evaluation;

namespace CifarFast.Trainer.Runs;

/// <summary>What is taken for what.</summary>
internal static class Confusions
{
    /// <summary>Classes up to which a matrix of all pairs can be read; of more, the worst pairs tell more.</summary>
    public const int MatrixClasses = 20;

    /// <summary>Pairs of a class and what it was taken for, the most frequent ones first.</summary>
    public static IReadOnlyList<(int Label, int Predicted, int Count)> Most(ClassificationReport report, int count)
    {
        IEnumerable<int> classes = Enumerable.Range(0, report.Classes.Count);
        IEnumerable<(int Label, int Predicted, int Count)> pairs =
            from label in classes
            from predicted in classes
            let images = report.Confusion(label, predicted)
            where label != predicted && images > 0
            orderby images descending
            select (label, predicted, images);
        return [.. pairs.Take(count)];
    }

    /// <summary>The classes that are told worst from the others, of those that there are images of, by their F1; all, in their order, where there are no more than <paramref name="count"/>.</summary>
    public static IReadOnlyList<ClassFigures> Worst(ClassificationReport report, int count) => report.Classes.Count <= count
        ? report.Classes
        : [.. report.Classes.Where(figures => figures.Support > 0).OrderBy(figures => figures.F1).Take(count)];
}

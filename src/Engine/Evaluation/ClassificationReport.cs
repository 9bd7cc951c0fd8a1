using CifarFast.Engine.Data;

namespace CifarFast.Engine.Evaluation;

/// <summary>How well a network classifies a set of images.</summary>
public sealed class ClassificationReport
{
    private readonly int[,] _confusion;

    private ClassificationReport(IReadOnlyList<string> classNames, int[,] confusion, double loss, double top2Accuracy)
    {
        _confusion = confusion;
        Loss = loss;
        Top2Accuracy = top2Accuracy;
        Classes = [.. classNames.Select((name, c) => new ClassFigures(name, Sum(other => confusion[c, other]), Sum(other => confusion[other, c]), confusion[c, c]))];

        int Sum(Func<int, int> count) => Enumerable.Range(0, classNames.Count).Sum(count);
    }

    /// <summary>The figures of each class.</summary>
    public IReadOnlyList<ClassFigures> Classes { get; }

    /// <summary>How many images there were.</summary>
    public int Images => Classes.Sum(figures => figures.Support);

    /// <summary>How many images were classified correctly.</summary>
    public int Correct => Classes.Sum(figures => figures.Correct);

    /// <summary>How many images were taken for another class than theirs.</summary>
    public int Errors => Images - Correct;

    /// <summary>The share of images classified correctly, 0 to 1.</summary>
    public double Accuracy => (double)Correct / Images;

    /// <summary>The share of images whose class is among the two most probable ones, 0 to 1.</summary>
    public double Top2Accuracy { get; }

    /// <summary>Whether <see cref="Top2Accuracy"/> says anything: of two classes the true one is always among the first two.</summary>
    internal bool TellsTop2 => Classes.Count > 2;

    /// <summary>The mean cross-entropy of an image.</summary>
    public double Loss { get; }

    /// <summary>The mean of the classes' precisions; one that is undefined counts as 0, as in scikit-learn.</summary>
    public double MacroPrecision => Macro(figures => figures.Precision);

    /// <summary>The mean of the classes' recalls; one that is undefined counts as 0, as in scikit-learn.</summary>
    public double MacroRecall => Macro(figures => figures.Recall);

    /// <summary>The mean of the classes' F1; one that is undefined counts as 0, as in scikit-learn.</summary>
    public double MacroF1 => Macro(figures => figures.F1);

    /// <summary>Judges predictions.</summary>
    /// <param name="predictions">What a network said of the images.</param>
    /// <param name="images">The images with their classes.</param>
    /// <param name="classNames">The names of the classes, as many as the predictions have.</param>
    /// <exception cref="ArgumentException">The numbers of images or classes do not fit each other, there are no images, or one has a label that is no class.</exception>
    public static ClassificationReport Of(Predictions predictions, ImageSet images, IReadOnlyList<string> classNames)
    {
        if (predictions.Count != images.Count || predictions.Classes != classNames.Count || images.Count == 0)
        {
            throw new ArgumentException(
                $"predictions for {Quantity.Of(predictions.Count, "image")} and {Quantity.Of(predictions.Classes, "class", "classes")} do not fit {Quantity.Of(images.Count, "image")} and {Quantity.Of(classNames.Count, "name")}", nameof(predictions));
        }

        int wrong = images.Labels.IndexOfAnyExceptInRange(0, classNames.Count - 1);
        if (wrong >= 0)
        {
            throw new ArgumentException($"image {wrong} has label {images.Labels[wrong]}, which is none of {Quantity.Of(classNames.Count, "class", "classes")}", nameof(images));
        }

        int[,] confusion = new int[classNames.Count, classNames.Count];
        for (int i = 0; i < images.Count; i++)
        {
            confusion[images.Labels[i], predictions.Class(i)]++;
        }

        return new ClassificationReport(classNames, confusion, predictions.MeanLoss(images.Labels), predictions.Accuracy(images.Labels, top: 2));
    }

    /// <summary>How many images of class <paramref name="label"/> were taken for class <paramref name="predicted"/>.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such class.</exception>
    public int Confusion(int label, int predicted) => _confusion[label, predicted];

    /// <summary>Pairs of a class and another one that it was taken for, the most frequent ones first.</summary>
    /// <param name="count">The most pairs.</param>
    public IReadOnlyList<(int Label, int Predicted, int Images)> MostConfused(int count)
    {
        IEnumerable<int> classes = Enumerable.Range(0, Classes.Count);
        IEnumerable<(int Label, int Predicted, int Images)> pairs =
            from label in classes
            from predicted in classes
            let images = Confusion(label, predicted)
            where label != predicted && images > 0
            orderby images descending
            select (label, predicted, images);
        return [.. pairs.Take(count)];
    }

    /// <summary>The classes with the lowest F1, of equal ones those with more images; a class without images tells nothing.</summary>
    /// <param name="count">The most classes.</param>
    internal IReadOnlyList<ClassFigures> Worst(int count) =>
        [.. Classes.Where(figures => figures.Support > 0).OrderBy(figures => figures.F1).ThenByDescending(figures => figures.Support).Take(count)];

    private double Macro(Func<ClassFigures, double> figure) => Classes.Select(figure).Select(value => double.IsNaN(value) ? 0 : value).Average();
}

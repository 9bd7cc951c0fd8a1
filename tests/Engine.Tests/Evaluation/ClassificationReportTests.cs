using CifarFast.Engine.Data;
using CifarFast.Engine.Evaluation;

namespace CifarFast.Engine.Tests.Evaluation;

/// <summary>Figures of predictions that were made by hand.</summary>
public class ClassificationReportTests
{
    private static readonly string[] _names = ["cat", "dog", "emu", "yak"];

    /// <summary>Six images of three classes; nothing is taken for an emu, and no yak is there.</summary>
    private static readonly int[] _labels = [0, 0, 0, 1, 1, 2];

    private static readonly float[] _logits =
    [
        2, 1, 0, -1,  // a cat, rightly
        2, 1, 0, -1,  // a cat, rightly
        0, 2, 1, -1,  // a dog; cat comes third
        0, 2, 1, -1,  // a dog, rightly
        2, 1, 0, -1,  // a cat; dog comes second
        0, 2, 1, -1,  // a dog; emu comes second
    ];

    private static readonly ImageSet _images = new(1, 1, 1, new byte[6], _labels);

    private static readonly ClassificationReport _report = ClassificationReport.Of(new Predictions(_logits, 4), _images, _names);

    [Fact]
    public void Counts_what_was_taken_for_what()
    {
        int[][] expected = [[2, 1, 0, 0], [1, 1, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]];
        Assert.All(expected.SelectMany((row, label) => row.Select((count, predicted) => (label, predicted, count))), cell =>
            Assert.Equal(cell.count, _report.Confusion(cell.label, cell.predicted)));
        Assert.Equal((6, 3, 3), (_report.Images, _report.Correct, _report.Errors));
        Assert.Equal(0.5, _report.Accuracy);
        Assert.Equal(5 / 6.0, _report.Top2Accuracy, 1e-15);
    }

    [Fact]
    public void A_class_has_precision_recall_and_F1()
    {
        Assert.Equal(_names, _report.Classes.Select(figures => figures.Name));
        AssertFigures(_report.Classes[0], support: 3, predicted: 3, precision: 2 / 3.0, recall: 2 / 3.0, f1: 2 / 3.0);
        AssertFigures(_report.Classes[1], support: 2, predicted: 3, precision: 1 / 3.0, recall: 1 / 2.0, f1: 2 / 5.0);
    }

    [Fact]
    public void A_class_never_predicted_has_no_precision_and_one_that_is_not_there_no_recall()
    {
        AssertFigures(_report.Classes[2], support: 1, predicted: 0, precision: double.NaN, recall: 0, f1: 0);
        AssertFigures(_report.Classes[3], support: 0, predicted: 0, precision: double.NaN, recall: double.NaN, f1: double.NaN);
    }

    [Fact]
    public void The_worst_classes_come_first_but_for_those_without_images()
    {
        Assert.Equal(["emu", "dog", "cat"], _report.Worst(4).Select(figures => figures.Name));
        Assert.Equal(["emu"], _report.Worst(1).Select(figures => figures.Name));
    }

    [Fact]
    public void Means_take_what_is_undefined_for_0()
    {
        Assert.Equal(((2 / 3.0) + (1 / 3.0)) / 4, _report.MacroPrecision, 1e-15);
        Assert.Equal(((2 / 3.0) + (1 / 2.0)) / 4, _report.MacroRecall, 1e-15);
        Assert.Equal(((2 / 3.0) + (2 / 5.0)) / 4, _report.MacroF1, 1e-15);
    }

    [Fact]
    public void The_loss_is_the_mean_cross_entropy()
    {
        // Every image has the same four logits, so the same log of the sum of their powers.
        double log = Math.Log(Math.Exp(2) + Math.Exp(1) + 1 + Math.Exp(-1));
        Assert.Equal(log - ((2 + 2 + 0 + 2 + 1 + 1) / 6.0), _report.Loss, 1e-12);
    }

    [Fact]
    public void Of_equal_logits_the_first_wins()
    {
        var predictions = new Predictions([1, 1, 0, 5, 5, 5], 3);
        Assert.Equal((0, 0), (predictions.Class(0), predictions.Class(1)));
        Assert.Equal((0, 1, 2), (predictions.Rank(0, 0), predictions.Rank(0, 1), predictions.Rank(0, 2)));
        Assert.Equal((0, 1, 2), (predictions.Rank(1, 0), predictions.Rank(1, 1), predictions.Rank(1, 2)));
    }

    /// <summary>Else a network that blew up would be the best of all.</summary>
    [Fact]
    public void Logits_that_are_no_numbers_get_nothing_right()
    {
        const float None = float.NaN;
        var predictions = new Predictions([None, None, None, 1, None, 0, 2, 1, None], 3);
        Assert.Equal([2, 2, 2], Enumerable.Range(0, 3).Select(label => predictions.Rank(0, label)));
        Assert.Equal((1, 2, 2), (predictions.Rank(1, 0), predictions.Rank(1, 1), predictions.Rank(1, 2)));
        Assert.Equal((1, 2, 2), (predictions.Rank(2, 0), predictions.Rank(2, 1), predictions.Rank(2, 2)));
        Assert.Equal(0, predictions.Accuracy([0, 0, 0]));
        Assert.Equal(double.NaN, predictions.MeanLoss([0, 0, 0]));
    }

    [Fact]
    public void Probabilities_are_the_softmax_and_survive_large_logits()
    {
        double[] probabilities = new Predictions([1000, 1001, -1000], 3).Probabilities(0);
        Assert.Equal(1 / (1 + Math.E), probabilities[0], 1e-15);
        Assert.Equal(Math.E / (1 + Math.E), probabilities[1], 1e-15);
        Assert.Equal(0, probabilities[2], 1e-15);
    }

    [Fact]
    public void Numbers_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new Predictions(new float[7], 2));
        Assert.Throws<ArgumentException>(() => ClassificationReport.Of(new Predictions(new float[20], 4), _images, _names));
        Assert.Throws<ArgumentException>(() => ClassificationReport.Of(new Predictions(_logits, 4), _images, ["one"]));
        Assert.Throws<ArgumentException>(() => ClassificationReport.Of(new Predictions([], 4), _images.Take(0), _names));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new Predictions(_logits, 4).Logits(6).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Predictions(_logits, 4).Loss(0, 4));
    }

    private static void AssertFigures(ClassFigures figures, int support, int predicted, double precision, double recall, double f1)
    {
        Assert.Equal((support, predicted), (figures.Support, figures.Predicted));
        Assert.Equal(precision, figures.Precision, 1e-15);
        Assert.Equal(recall, figures.Recall, 1e-15);
        Assert.Equal(f1, figures.F1, 1e-15);
    }
}

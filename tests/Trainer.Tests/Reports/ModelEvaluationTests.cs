using CifarFast.Engine.Data;
using CifarFast.Engine.Evaluation;
using CifarFast.Trainer.Console;
using CifarFast.Trainer.Reports;
using CifarFast.Trainer.Runs;
using CifarFast.Trainer.Tests.Commands;

namespace CifarFast.Trainer.Tests.Reports;

/// <summary>What is picked out of predictions, of some made by hand.</summary>
public sealed class ModelEvaluationTests(TrainedRun run) : IClassFixture<TrainedRun>
{
    private const int Classes = 4;

    private static readonly string[] _names = ["cat", "dog", "frog", "ship"];

    /// <summary>What each image is, what it is taken for, and by how much: no ship is ever seen, and no ship is there.</summary>
    private static readonly (int Label, int Predicted, float Logit)[] _images =
    [
        (0, 0, 1), (0, 0, 3), (0, 1, 2), (0, 1, 5), (0, 0, 2),
        (1, 1, 4), (1, 0, 1), (1, 2, 6),
        (2, 2, 0.5f), (2, 1, 3), (2, 1, 4), (2, 1, 1.5f),
    ];

    [Fact]
    public void Wrong_ones_come_in_the_order_of_how_sure_the_network_was()
    {
        IReadOnlyList<ModelEvaluation.Sample> wrong = Evaluate().Wrong(100);
        Assert.Equal([7, 3, 10, 9, 2, 11, 6], wrong.Select(sample => sample.Index));
        Assert.All(wrong, sample => Assert.Equal((_images[sample.Index].Label, _images[sample.Index].Predicted), (sample.Label, sample.Predicted)));
        Assert.All(wrong, sample => Assert.Equal(Probability(_images[sample.Index].Logit), sample.Probability, 1e-12));
        Assert.Equal([7, 3], Evaluate().Wrong(2).Select(sample => sample.Index));
    }

    [Fact]
    public void Right_ones_come_class_by_class()
    {
        Assert.Equal([1, 5, 8, 4, 0], Evaluate().Right(100).Select(sample => sample.Index));
        Assert.Equal([1, 5, 8, 4], Evaluate().Right(4).Select(sample => sample.Index));
        Assert.All(Evaluate().Right(100), sample => Assert.Equal(sample.Label, sample.Predicted));
    }

    [Fact]
    public void The_pairs_confused_most_often_come_first()
    {
        Assert.Equal([(2, 1, 3), (0, 1, 2), (1, 0, 1), (1, 2, 1)], Evaluate().Report.MostConfused(10));
        Assert.Equal([(2, 1, 3)], Evaluate().Report.MostConfused(1));
    }

    [Fact]
    public void Where_all_is_right_nothing_is_wrong()
    {
        ModelEvaluation evaluation = Evaluate([.. _images.Where(image => image.Label == image.Predicted)]);
        Assert.Empty(evaluation.Wrong(10));
        Assert.Empty(evaluation.Report.MostConfused(10));
        Assert.DoesNotContain("confused-pairs", ConfusionCharts.Of(evaluation).Select(picture => picture.Name));
        Assert.Equal(["right"], PictureSheets.Of(evaluation).Select(picture => picture.Name));
    }

    [Fact]
    public void Where_nothing_is_right_all_is_wrong()
    {
        ModelEvaluation evaluation = Evaluate([.. _images.Where(image => image.Label != image.Predicted)]);
        Assert.Empty(evaluation.Right(10));
        Assert.Equal(["wrong"], PictureSheets.Of(evaluation).Select(picture => picture.Name));
    }

    [Fact]
    public void A_class_that_is_never_predicted_has_no_precision()
    {
        ModelEvaluation evaluation = Evaluate();
        using var table = new StringWriter();
        ReportView.Write(table, evaluation.Report);
        string line = Assert.Single(table.ToString().Split('\n'), line => line.StartsWith("ship", StringComparison.Ordinal) && line.Contains('-'));
        Assert.Equal(["ship", "-", "-", "-", "0", "0"], line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        string page = new HtmlReport(RunRecord.Read(run.Directory), architecture: null, evaluation, []).Write();
        Assert.Contains("<tr><td>ship</td><td>–</td><td>–</td><td>–</td><td>0</td><td>0</td></tr>", page);
        Assert.Contains("ship taken for cat: –", page);
        Assert.DoesNotContain("NaN", page);
    }

    [Fact]
    public void Every_picture_of_few_classes_can_be_drawn()
    {
        ModelEvaluation evaluation = Evaluate();
        Assert.All(ConfusionCharts.Of(evaluation).Concat(PictureSheets.Of(evaluation)), picture =>
        {
            Assert.NotEmpty(picture.Draw(Theme.Light));
            Assert.NotEmpty(picture.Draw(Theme.Dark));
        });
    }

    private static ModelEvaluation Evaluate() => Evaluate(_images);

    private static ModelEvaluation Evaluate((int Label, int Predicted, float Logit)[] images)
    {
        const int Side = 2;
        float[] logits = new float[images.Length * Classes];
        for (int i = 0; i < images.Length; i++)
        {
            logits[(i * Classes) + images[i].Predicted] = images[i].Logit;
        }

        byte[] pixels = [.. Enumerable.Range(0, images.Length * 3 * Side * Side).Select(i => (byte)(i * 37))];
        var set = new ImageSet(3, Side, Side, pixels, images.Select(image => image.Label).ToArray());
        var predictions = new Predictions(logits, Classes);
        return new ModelEvaluation("best.safetensors", set, predictions, ClassificationReport.Of(predictions, set, _names));
    }

    /// <summary>Of the class with that logit, where all others have none.</summary>
    private static double Probability(double logit) => Math.Exp(logit) / (Math.Exp(logit) + Classes - 1);
}

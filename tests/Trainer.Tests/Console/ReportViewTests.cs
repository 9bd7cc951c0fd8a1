using CifarFast.Engine.Data;
using CifarFast.Engine.Evaluation;
using CifarFast.Trainer.Console;

namespace CifarFast.Trainer.Tests.Console;

/// <summary>How figures are told of few classes and of many.</summary>
public sealed class ReportViewTests
{
    [Theory]
    [InlineData(2, 12)]
    [InlineData(10, 28)]
    [InlineData(20, 47)]
    [InlineData(100, 48)]
    [InlineData(1000, 48)]
    public void ManyClassesAreShownByTheWorst(int classes, int lines)
    {
        string[] shown = Write(classes);
        Assert.Equal(lines, shown.Length);
        Assert.All(shown, line => Assert.InRange(line.Length, 0, 80));
    }

    [Fact]
    public void TheWorstConfusedPairsStandInForTheMatrix()
    {
        string[] shown = Write(100);
        int first = Array.FindIndex(shown, line => line.StartsWith("confused most", StringComparison.Ordinal)) + 1;
        Assert.Matches(@"^class 7 +class 8 +3 +0\.7500$", shown[first]);
        Assert.Contains("the 20 classes of 100 with the lowest F1; the mean is that of all", shown);
    }

    /// <summary>Four images a class. Every class is taken for the next one once, and number 7 three times.</summary>
    private static string[] Write(int classes)
    {
        const int ofClass = 4;
        int[] labels = [.. Enumerable.Range(0, classes * ofClass).Select(i => i / ofClass)];
        float[] logits = new float[labels.Length * classes];
        for (int i = 0; i < labels.Length; i++)
        {
            bool isWrong = i % ofClass < (labels[i] == 7 ? 3 : 1);
            logits[(i * classes) + ((labels[i] + (isWrong ? 1 : 0)) % classes)] = 1;
        }

        var images = new ImageSet(1, 1, 1, new byte[labels.Length], labels);
        using var output = new StringWriter();
        ReportView.Write(output, ClassificationReport.Of(new Predictions(logits, classes), images, [.. Enumerable.Range(0, classes).Select(c => $"class {c}")]));
        return output.ToString().TrimEnd().ReplaceLineEndings("\n").Split('\n');
    }
}

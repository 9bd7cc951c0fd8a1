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
    [InlineData(20, 37)]
    [InlineData(100, 27)]
    [InlineData(1000, 27)]
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
        int first = Array.IndexOf(shown, "above the worst of 100 classes by F1; confused most often:") + 1;
        Assert.Matches(@"^class 7 +taken for class 8 +3 of 4$", shown[first]);
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void TheFirstTwoAreToldOfMoreThanTwoClasses(int classes, bool isTold) =>
        Assert.Equal(isTold, Write(classes)[1].StartsWith("top-2 accuracy ", StringComparison.Ordinal));

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

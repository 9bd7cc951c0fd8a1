using CifarFast.Engine.Kernels.Reduction;
using CifarFast.Engine.Losses;
using CommunityToolkit.HighPerformance;

namespace CifarFast.Engine.Tests.Losses;

/// <summary>The losses of samples, added up.</summary>
internal static class LossTotals
{
    public static (double LossSum, int Correct) Total(
        this CrossEntropyLoss loss, ReadOnlySpan<float> logits, int classes, int stride, ReadOnlySpan<int> labels, int meanOver, Span<float> gradient)
    {
        double[] losses = new double[labels.Length];
        int correct = loss.Run(Rows(logits, labels.Length, classes, stride), labels, meanOver, Rows(gradient, labels.Length, classes, stride), losses);
        return (OrderedSum.Of(losses), correct);
    }

    public static (double LossSum, int Correct) Total(
        this CrossEntropyLoss loss, ReadOnlySpan<float> logits, int classes, int stride, ReadOnlySpan<float> probabilities, int meanOver, Span<float> gradient)
    {
        double[] losses = new double[probabilities.Length / classes];
        int correct = loss.Run(Rows(logits, losses.Length, classes, stride), probabilities, meanOver, Rows(gradient, losses.Length, classes, stride), losses);
        return (OrderedSum.Of(losses), correct);
    }

    private static ReadOnlySpan2D<float> Rows(ReadOnlySpan<float> values, int samples, int classes, int stride) =>
        values.AsSpan2D(offset: 0, samples, classes, stride - classes);

    private static Span2D<float> Rows(Span<float> values, int samples, int classes, int stride) =>
        values.IsEmpty ? default : values.AsSpan2D(offset: 0, samples, classes, stride - classes);
}

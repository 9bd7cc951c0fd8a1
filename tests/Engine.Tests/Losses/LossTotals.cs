using CifarFast.Engine.Kernels.Reduction;
using CifarFast.Engine.Losses;

namespace CifarFast.Engine.Tests.Losses;

/// <summary>The losses of samples, added up.</summary>
internal static class LossTotals
{
    public static (double LossSum, int Correct) Total(
        this CrossEntropyLoss loss, ReadOnlySpan<float> logits, int classes, int stride, ReadOnlySpan<int> labels, int meanOver, Span<float> gradient)
    {
        double[] losses = new double[labels.Length];
        int correct = loss.Run(logits, classes, stride, labels, meanOver, gradient, losses);
        return (OrderedSum.Of(losses), correct);
    }

    public static (double LossSum, int Correct) Total(
        this CrossEntropyLoss loss, ReadOnlySpan<float> logits, int classes, int stride, ReadOnlySpan<float> probabilities, int meanOver, Span<float> gradient)
    {
        double[] losses = new double[probabilities.Length / classes];
        int correct = loss.Run(logits, classes, stride, probabilities, meanOver, gradient, losses);
        return (OrderedSum.Of(losses), correct);
    }
}

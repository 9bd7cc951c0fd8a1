using CifarFast.Engine.Numerics;
using CommunityToolkit.HighPerformance;

namespace CifarFast.Engine.Losses;

/// <summary>
/// Softmax followed by cross-entropy. A sample's loss is <c>Σ target · (log Σ exp(z - max z) + max z - z)</c>, which neither overflows
/// nor takes the logarithm of zero; its gradient is <c>softmax(z) · Σ target - target</c>. Sums are made in double precision. There
/// is no vectorised twin: a batch of 64 has 640 logits, well under a thousandth of a step.
/// </summary>
internal static class SoftmaxCrossEntropy
{
    /// <summary>Computes the losses of samples, counts correct predictions, and writes the gradient of the mean loss.</summary>
    /// <param name="logits">Samples × classes.</param>
    /// <param name="targets">What the softmax of the logits should be.</param>
    /// <param name="meanOver">How many samples the mean is over.</param>
    /// <param name="gradient">Overwritten with the gradient of the mean loss; empty if it is not wanted.</param>
    /// <param name="losses">Overwritten with the loss of each sample.</param>
    /// <returns>How many samples had their largest logit (the first of equals) at their class.</returns>
    public static int Run<TTargets>(
        ReadOnlySpan2D<float> logits, TTargets targets, int meanOver, Span2D<float> gradient, Span<double> losses)
        where TTargets : ITargets, allows ref struct
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(losses.Length, targets.Count, nameof(losses));
        int correct = 0;
        for (int n = 0; n < targets.Count; n++)
        {
            ReadOnlySpan<float> z = logits.GetRowSpan(n);
            int largest = Largest(z);
            double sum = 0;
            foreach (float logit in z)
            {
                sum += Exponential.Exp((double)logit - z[largest]);
            }

            double logSum = Logarithm.Log(sum) + z[largest];
            double targetSum = 0;
            double loss = 0;
            for (int c = 0; c < z.Length; c++)
            {
                double target = targets[n, c];
                targetSum += target;

                // What is not to be has no part in the loss, however improbable: x·log y is taken for 0 at x = 0, even where y is 0.
                loss += target == 0 ? 0 : target * (logSum - z[c]);
            }

            losses[n] = loss;
            correct += largest == targets.Class(n) ? 1 : 0;
            if (!gradient.IsEmpty)
            {
                Span<float> g = gradient.GetRowSpan(n);
                for (int c = 0; c < z.Length; c++)
                {
                    double probability = Exponential.Exp((double)z[c] - z[largest]) / sum;
                    g[c] = (float)(((probability * targetSum) - targets[n, c]) / meanOver);
                }
            }
        }

        return correct;
    }

    /// <summary>Where the largest of <paramref name="values"/> is, the first of equals.</summary>
    public static int Largest(ReadOnlySpan<float> values)
    {
        int largest = 0;
        for (int i = 1; i < values.Length; i++)
        {
            largest = values[i] > values[largest] ? i : largest;
        }

        return largest;
    }
}

namespace CifarFast.Engine.Kernels.Loss;

/// <summary>
/// Softmax followed by cross-entropy. A sample's loss is <c>log Σ exp(z - max z) + max z - z[label]</c>, which neither overflows
/// nor takes the logarithm of zero; its gradient is <c>softmax(z) - onehot(label)</c>. Sums are made in double precision. There
/// is no vectorised twin: a batch of 64 has 640 logits, well under a thousandth of a step.
/// </summary>
internal static class SoftmaxCrossEntropy
{
    /// <summary>Sums the losses of a batch, counts its correct predictions, and writes the gradient of its mean loss.</summary>
    /// <param name="logits">Sample after sample, <paramref name="stride"/> floats apart.</param>
    /// <param name="classes">Logits a sample.</param>
    /// <param name="stride">Floats from a sample to the next, in logits and gradient alike.</param>
    /// <param name="labels">The class of each sample.</param>
    /// <param name="gradient">Overwritten with the gradient of the mean loss; empty if it is not wanted.</param>
    /// <returns>The sum of the losses, and how many samples had their largest logit (the first of equals) at their label.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A label is not a class.</exception>
    public static (double LossSum, int Correct) Run(ReadOnlySpan<float> logits, int classes, int stride, ReadOnlySpan<int> labels, Span<float> gradient)
    {
        double lossSum = 0;
        int correct = 0;
        for (int n = 0; n < labels.Length; n++)
        {
            int label = labels[n];
            ArgumentOutOfRangeException.ThrowIfNegative(label, nameof(labels));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(label, classes, nameof(labels));
            ReadOnlySpan<float> z = logits.Slice(n * stride, classes);
            int largest = 0;
            for (int c = 1; c < classes; c++)
            {
                largest = z[c] > z[largest] ? c : largest;
            }

            double sum = 0;
            foreach (float logit in z)
            {
                sum += Math.Exp((double)logit - z[largest]);
            }

            lossSum += Math.Log(sum) + z[largest] - z[label];
            correct += largest == label ? 1 : 0;
            if (!gradient.IsEmpty)
            {
                Span<float> g = gradient.Slice(n * stride, classes);
                for (int c = 0; c < classes; c++)
                {
                    double probability = Math.Exp((double)z[c] - z[largest]) / sum;
                    g[c] = (float)((probability - (c == label ? 1 : 0)) / labels.Length);
                }
            }
        }

        return (lossSum, correct);
    }
}

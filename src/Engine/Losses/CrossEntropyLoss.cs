namespace CifarFast.Engine.Losses;

/// <summary>
/// The cross-entropy between what a sample's class is and the softmax of its logits, as torch.nn.CrossEntropyLoss defines it
/// (https://pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html): <c>-Σ target · log softmax(logits)</c>, where smoothing
/// makes of a target <c>(1 - smoothing) · target + smoothing / classes</c> (Szegedy and others 2016, "Rethinking the Inception
/// Architecture for Computer Vision", section 7).
/// </summary>
/// <param name="LabelSmoothing">The part of every target that is spread evenly over all classes, from 0 to below 1; 0 for none.</param>
public sealed record CrossEntropyLoss(double LabelSmoothing = 0)
{
    /// <summary>The part of every target that is spread evenly over all classes, from 0 to below 1; 0 for none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not from 0 to below 1.</exception>
    public double LabelSmoothing { get; init => field = Checked(value); } = Checked(LabelSmoothing);

    /// <summary>Computes the losses of samples of one class each, counts correct predictions, and writes the gradient of the mean loss.</summary>
    /// <param name="logits">Sample after sample, <paramref name="stride"/> floats apart.</param>
    /// <param name="classes">Logits a sample.</param>
    /// <param name="stride">Floats from a sample to the next, in logits and gradient alike.</param>
    /// <param name="labels">The class of each sample.</param>
    /// <param name="meanOver">How many samples the mean is over: those of the whole batch, where these are a part of it.</param>
    /// <param name="gradient">Overwritten with the gradient of the mean loss; empty if it is not wanted.</param>
    /// <param name="losses">Overwritten with the loss of each sample.</param>
    /// <returns>How many samples had their largest logit (the first of equals) at their label.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A label is not a class, a number is not positive, or a span is too short.</exception>
    public int Run(
        ReadOnlySpan<float> logits, int classes, int stride, ReadOnlySpan<int> labels, int meanOver, Span<float> gradient, Span<double> losses)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(meanOver);
        int wrong = labels.IndexOfAnyExceptInRange(0, classes - 1);
        if (wrong >= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(labels), labels[wrong], $"sample {wrong} has a label that is none of {Quantity.Of(classes, "class", "classes")}");
        }

        return SoftmaxCrossEntropy.Run(logits, classes, stride, new ClassTargets(labels, classes, LabelSmoothing), meanOver, gradient, losses);
    }

    /// <summary>
    /// Computes the losses of samples of several classes each, counts correct predictions, and writes the gradient of the mean loss.
    /// </summary>
    /// <param name="logits">Sample after sample, <paramref name="stride"/> floats apart.</param>
    /// <param name="classes">Logits a sample.</param>
    /// <param name="stride">Floats from a sample to the next, in logits and gradient alike.</param>
    /// <param name="probabilities">Sample after sample, without a gap, how probable each class should be; those of a sample are meant to sum to 1.</param>
    /// <param name="meanOver">How many samples the mean is over: those of the whole batch, where these are a part of it.</param>
    /// <param name="gradient">Overwritten with the gradient of the mean loss; empty if it is not wanted.</param>
    /// <param name="losses">Overwritten with the loss of each sample.</param>
    /// <returns>
    /// How many samples had their largest logit at their largest probability, the first of equals in both.
    /// </returns>
    /// <exception cref="ArgumentException">The probabilities are not those of whole samples.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive, or a span is too short.</exception>
    public int Run(
        ReadOnlySpan<float> logits, int classes, int stride, ReadOnlySpan<float> probabilities, int meanOver, Span<float> gradient, Span<double> losses)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(meanOver);
        if (probabilities.Length % classes != 0)
        {
            throw new ArgumentException($"probabilities of whole samples come in multiples of {classes}, not {probabilities.Length}", nameof(probabilities));
        }

        return SoftmaxCrossEntropy.Run(logits, classes, stride, new ProbabilityTargets(probabilities, classes, LabelSmoothing), meanOver, gradient, losses);
    }

    private static double Checked(double smoothing) => smoothing is >= 0 and < 1
        ? smoothing
        : throw new ArgumentOutOfRangeException(nameof(LabelSmoothing), smoothing, "label smoothing must be at least 0 and below 1");
}

using System.Text.Json.Serialization;

namespace CifarFast.Engine.Losses;

/// <summary>What training makes small, as data: a number for each sample, of its logits and what it is.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(CrossEntropyLoss), nameof(CrossEntropyLoss))]
public abstract record Loss
{
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
    public abstract int Run(
        ReadOnlySpan<float> logits, int classes, int stride, ReadOnlySpan<int> labels, int meanOver, Span<float> gradient, Span<double> losses);

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
    public abstract int Run(
        ReadOnlySpan<float> logits, int classes, int stride, ReadOnlySpan<float> probabilities, int meanOver, Span<float> gradient, Span<double> losses);
}

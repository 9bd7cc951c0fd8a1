using System.Text.Json.Serialization;
using CifarFast.Engine.Data;
using CifarFast.Engine.Kernels.Reduction;
using CommunityToolkit.HighPerformance;
using CommunityToolkit.HighPerformance.Buffers;

namespace CifarFast.Engine.Losses;

/// <summary>What training makes small, as data: a number for each sample, of its logits and what it is.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(CrossEntropyLoss), nameof(CrossEntropyLoss))]
public abstract record Loss
{
    /// <summary>Computes the losses of samples of one class each, and the gradient of their mean.</summary>
    /// <param name="logits">Samples × classes.</param>
    /// <param name="labels">The class of each sample, from 0.</param>
    /// <param name="gradient">Samples × classes, overwritten with the gradient of the mean loss; empty if it is not wanted.</param>
    /// <exception cref="ArgumentException">There are not as many labels or rows of the gradient as samples.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not a class.</exception>
    public LossResult Run(ReadOnlySpan2D<float> logits, ReadOnlySpan<int> labels, Span2D<float> gradient)
    {
        Check(logits, labels.Length, nameof(labels), gradient);
        using SpanOwner<double> losses = SpanOwner<double>.Allocate(labels.Length);
        int correct = Run(logits, labels, labels.Length, gradient, losses.Span);
        return new LossResult(OrderedSum.Of(losses.Span), correct, labels.Length);
    }

    /// <summary>Computes the losses of a batch of images, be they of one class each or mixed of two, and the gradient of their mean.</summary>
    /// <param name="logits">Images × classes.</param>
    /// <param name="batch">The images.</param>
    /// <param name="gradient">Images × classes, overwritten with the gradient of the mean loss; empty if it is not wanted.</param>
    /// <returns>As correct counts, where images are mixed, one whose largest logit is at the heavier of its classes.</returns>
    /// <exception cref="ArgumentException">There are not as many logits or rows of the gradient as images.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not a class.</exception>
    public LossResult Run(ReadOnlySpan2D<float> logits, Batch batch, Span2D<float> gradient)
    {
        if (!batch.IsMixed)
        {
            return Run(logits, batch.Labels, gradient);
        }

        using SpanOwner<float> probabilities = SpanOwner<float>.Allocate(batch.Count * logits.Width);
        batch.CopyProbabilities(probabilities.Span);
        return Run(logits, probabilities.Span, gradient);
    }

    /// <summary>Computes the losses of samples of several classes each, and the gradient of their mean.</summary>
    /// <param name="logits">Samples × classes.</param>
    /// <param name="probabilities">Samples × classes: how probable each class should be; those of a sample are meant to sum to 1.</param>
    /// <param name="gradient">Samples × classes, overwritten with the gradient of the mean loss; empty if it is not wanted.</param>
    /// <returns>As correct counts a sample whose largest logit is at its largest probability, the first of equals in both.</returns>
    /// <exception cref="ArgumentException">There are not as many probabilities as logits, or not as many rows of the gradient as samples.</exception>
    public LossResult Run(ReadOnlySpan2D<float> logits, ReadOnlySpan<float> probabilities, Span2D<float> gradient)
    {
        int samples = probabilities.Length / Math.Max(1, logits.Width);
        Check(logits, samples, nameof(probabilities), gradient);
        using SpanOwner<double> losses = SpanOwner<double>.Allocate(samples);
        int correct = Run(logits, probabilities, samples, gradient, losses.Span);
        return new LossResult(OrderedSum.Of(losses.Span), correct, samples);
    }

    /// <summary>The same with a weight for each class.</summary>
    internal abstract Loss WithClassWeights(IReadOnlyList<float> weights);

    /// <summary>Computes the losses of samples of one class each, counts correct predictions, and writes the gradient of the mean loss.</summary>
    /// <param name="logits">Samples × classes.</param>
    /// <param name="labels">The class of each sample.</param>
    /// <param name="meanOver">How many samples the mean is over: those of the whole batch, where these are a part of it.</param>
    /// <param name="gradient">Overwritten with the gradient of the mean loss; empty if it is not wanted.</param>
    /// <param name="losses">Overwritten with the loss of each sample.</param>
    /// <returns>How many samples had their largest logit (the first of equals) at their label.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A label is not a class, a number is not positive, or a span is too short.</exception>
    internal abstract int Run(
        ReadOnlySpan2D<float> logits, ReadOnlySpan<int> labels, int meanOver, Span2D<float> gradient, Span<double> losses);

    /// <summary>
    /// Computes the losses of samples of several classes each, counts correct predictions, and writes the gradient of the mean loss.
    /// </summary>
    /// <param name="logits">Samples × classes.</param>
    /// <param name="probabilities">Sample after sample, without a gap, how probable each class should be; those of a sample are meant to sum to 1.</param>
    /// <param name="meanOver">How many samples the mean is over: those of the whole batch, where these are a part of it.</param>
    /// <param name="gradient">Overwritten with the gradient of the mean loss; empty if it is not wanted.</param>
    /// <param name="losses">Overwritten with the loss of each sample.</param>
    /// <returns>
    /// How many samples had their largest logit at their largest probability, the first of equals in both.
    /// </returns>
    /// <exception cref="ArgumentException">The probabilities are not those of whole samples.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive, or a span is too short.</exception>
    internal abstract int Run(
        ReadOnlySpan2D<float> logits, ReadOnlySpan<float> probabilities, int meanOver, Span2D<float> gradient, Span<double> losses);

    private static void Check(ReadOnlySpan2D<float> logits, int samples, string name, Span2D<float> gradient)
    {
        if (samples != logits.Height)
        {
            throw new ArgumentException($"there are logits of {Quantity.Of(logits.Height, "sample")}, but what {samples} should be", name);
        }

        if (!gradient.IsEmpty && (gradient.Height != logits.Height || gradient.Width != logits.Width))
        {
            throw new ArgumentException(
                $"the gradient has {gradient.Height}×{gradient.Width} numbers, but there are {logits.Height}×{logits.Width} logits", nameof(gradient));
        }
    }
}

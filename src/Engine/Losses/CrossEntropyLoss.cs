using System.Text.Json.Serialization;
using CommunityToolkit.HighPerformance;

namespace CifarFast.Engine.Losses;

/// <summary>
/// The cross-entropy between what a sample's class is and the softmax of its logits, as torch.nn.CrossEntropyLoss defines it
/// (https://pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html): <c>-Σ target · log softmax(logits)</c>, where smoothing
/// makes of a target <c>(1 - smoothing) · target + smoothing / classes</c> (Szegedy and others 2016, "Rethinking the Inception
/// Architecture for Computer Vision", section 7).
/// </summary>
/// <param name="LabelSmoothing">The part of every target that is spread evenly over all classes, from 0 to below 1; 0 for none.</param>
public sealed record CrossEntropyLoss(double LabelSmoothing = 0) : Loss
{
    /// <summary>The part of every target that is spread evenly over all classes, from 0 to below 1; 0 for none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not from 0 to below 1.</exception>
    public double LabelSmoothing { get; init => field = Checked(value); } = Checked(LabelSmoothing);

    /// <summary>
    /// What each class counts, torch.nn.CrossEntropyLoss's <c>weight</c>: the loss is <c>-Σ weight · target · log softmax(logits)</c>. Null for 1 each.
    /// A mean is over the number of samples, not over the sum of their weights: <c>reduction="sum"</c>, divided by the batch.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">One is negative or not finite.</exception>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<float>? ClassWeights
    {
        get;
        init => field = value?.All(weight => weight >= 0 && float.IsFinite(weight)) != false
            ? value
            : throw new ArgumentOutOfRangeException(nameof(ClassWeights));
    }

    /// <summary>Whether both have the same numbers.</summary>
    public bool Equals(CrossEntropyLoss? other) =>
        other is not null && LabelSmoothing == other.LabelSmoothing && (ClassWeights ?? []).SequenceEqual(other.ClassWeights ?? []);

    /// <inheritdoc/>
    public override int GetHashCode() => (ClassWeights ?? []).Aggregate(LabelSmoothing.GetHashCode(), HashCode.Combine);

    internal override Loss WithClassWeights(IReadOnlyList<float> weights) => this with { ClassWeights = weights };

    internal override int Run(
        ReadOnlySpan2D<float> logits, ReadOnlySpan<int> labels, int meanOver, Span2D<float> gradient, Span<double> losses)
    {
        int classes = logits.Width;
        Check(classes, meanOver);
        int wrong = labels.IndexOfAnyExceptInRange(0, classes - 1);
        if (wrong >= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(labels), labels[wrong], $"sample {wrong} has a label that is none of {Quantity.Of(classes, "class", "classes")}");
        }

        return Run(logits, new ClassTargets(labels, classes, LabelSmoothing), meanOver, gradient, losses);
    }

    internal override int Run(
        ReadOnlySpan2D<float> logits, ReadOnlySpan<float> probabilities, int meanOver, Span2D<float> gradient, Span<double> losses)
    {
        int classes = logits.Width;
        Check(classes, meanOver);
        if (probabilities.Length % classes != 0)
        {
            throw new ArgumentException($"probabilities of whole samples come in multiples of {classes}, not {probabilities.Length}", nameof(probabilities));
        }

        return Run(logits, new ProbabilityTargets(probabilities, classes, LabelSmoothing), meanOver, gradient, losses);
    }

    private int Run<TTargets>(ReadOnlySpan2D<float> logits, TTargets targets, int meanOver, Span2D<float> gradient, Span<double> losses)
        where TTargets : ITargets, allows ref struct => ClassWeights is null
        ? SoftmaxCrossEntropy.Run(logits, targets, meanOver, gradient, losses)
        : SoftmaxCrossEntropy.Run(logits, new WeightedTargets<TTargets>(targets, ClassWeights), meanOver, gradient, losses);

    private void Check(int classes, int meanOver)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes, "logits");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(meanOver);
        if (ClassWeights is not null && ClassWeights.Count != classes)
        {
            throw new ArgumentException($"there are weights of {Quantity.Of(ClassWeights.Count, "class", "classes")}, but logits of {classes}", "logits");
        }
    }

    private static double Checked(double smoothing) => smoothing is >= 0 and < 1
        ? smoothing
        : throw new ArgumentOutOfRangeException(nameof(LabelSmoothing), smoothing, "label smoothing must be at least 0 and below 1");
}

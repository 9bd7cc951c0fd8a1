using System.Globalization;
using CifarFast.Engine.Operators;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Nn;

/// <summary>
/// <c>(x - mean) / deviation</c>, channel by channel, as torchvision.transforms.Normalize defines it. As the first layer of a network it belongs to
/// what is saved and exported, so that whoever uses the network gives it pixels in 0..1 and needs to know nothing else.
/// </summary>
/// <param name="Mean">What is taken off each channel.</param>
/// <param name="Deviation">What each channel is divided by.</param>
public sealed record Normalize(IReadOnlyList<float> Mean, IReadOnlyList<float> Deviation) : Layer
{
    /// <summary>What is taken off each channel.</summary>
    /// <exception cref="ArgumentException">There are none, or not finite ones.</exception>
    public IReadOnlyList<float> Mean { get; } = Mean.Count > 0 && Mean.All(float.IsFinite) ? Mean : throw new ArgumentException("each channel has a finite mean", nameof(Mean));

    /// <summary>What each channel is divided by.</summary>
    /// <exception cref="ArgumentException">There are not as many as means, or one is not finite and above 0.</exception>
    public IReadOnlyList<float> Deviation { get; } = Deviation.Count == Mean.Count && Deviation.All(value => value > 0 && float.IsFinite(value))
        ? Deviation
        : throw new ArgumentException("each channel has a finite deviation above 0", nameof(Deviation));

    /// <summary>Whether both have the same numbers.</summary>
    public bool Equals(Normalize? other) => other is not null && Mean.SequenceEqual(other.Mean) && Deviation.SequenceEqual(other.Deviation);

    /// <inheritdoc/>
    public override int GetHashCode() => Mean.Concat(Deviation).Aggregate(Mean.Count, HashCode.Combine);

    internal override bool IsRecomputed => true;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => input.Rank == 3 && input[0] == Mean.Count ? input : throw Reject($"{Mean.Count}×H×W", input);

    /// <inheritdoc/>
    public override string ToString() => $"Normalize(mean {Text(Mean)}, deviation {Text(Deviation)})";

    private static string Text(IEnumerable<float> values) => string.Join(' ', values.Select(value => value.ToString("0.####", CultureInfo.InvariantCulture)));

    internal override Operator CreateOperator(OperatorContext context) => new NormalizeOperator(context, Mean, Deviation);
}

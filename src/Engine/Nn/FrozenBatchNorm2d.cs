using CifarFast.Engine.Operators;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Nn;

/// <summary>
/// Batch normalisation whose statistics and affine parameters are fixed, as torchvision.ops.FrozenBatchNorm2d defines it:
/// <c>(x - running_mean) / √(running_var + ε) · weight + bias</c>, channel by channel. All four are buffers; as a network is built they leave
/// its values as they are, but for ε.
/// </summary>
/// <param name="Features">Channels of the input.</param>
/// <param name="Epsilon">Added to the variance.</param>
public sealed record FrozenBatchNorm2d(int Features, float Epsilon = 1e-5f) : Layer
{
    /// <summary>Channels of the input.</summary>
    public int Features { get; } = Features > 0 ? Features : throw new ArgumentOutOfRangeException(nameof(Features));

    /// <summary>Added to the variance.</summary>
    public float Epsilon { get; } = Epsilon >= 0 && float.IsFinite(Epsilon) ? Epsilon : throw new ArgumentOutOfRangeException(nameof(Epsilon));

    internal override InPlaceKind InPlace => InPlaceKind.Overwrites;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) =>
        input.Rank == 3 && input[0] == Features ? input : throw Reject($"{Features}×H×W", input);

    /// <inheritdoc/>
    public override long MultiplyAdds(Shape input) => input.Count;

    /// <inheritdoc/>
    public override string ToString() => $"FrozenBatchNorm2d({Features})";

    internal override Operator CreateOperator(OperatorContext context) => new FrozenBatchNorm2dOperator(context, Epsilon);
}

using CifarFast.Engine.Kernels.Elementwise;

namespace CifarFast.Engine.Nn;

/// <summary>max(x, 0) + slope · min(x, 0) of every element; any shape. As torch.nn.LeakyReLU, whose slope may also be 0 or less.</summary>
/// <param name="NegativeSlope">The slope below zero; above 0.</param>
public sealed record LeakyReLU(float NegativeSlope = 0.01f) : Activation
{
    /// <summary>The slope below zero; above 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not above 0, or not finite.</exception>
    public float NegativeSlope { get; } = NegativeSlope > 0 && float.IsFinite(NegativeSlope) ? NegativeSlope : throw new ArgumentOutOfRangeException(nameof(NegativeSlope));

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"LeakyReLU({NegativeSlope})");

    internal override TResult Bind<TResult>(IActivationBinder<TResult> binder) => binder.Bind(new LeakyRelu(NegativeSlope));
}

using CifarFast.Engine.Kernels.Elementwise;

namespace CifarFast.Engine.Nn;

/// <summary>A constant times every element; any shape. Behind the last layer it makes logits smaller or larger.</summary>
/// <param name="Factor">The constant.</param>
public sealed record Scale(float Factor) : Activation
{
    /// <summary>The constant.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not finite.</exception>
    public float Factor { get; } = float.IsFinite(Factor) ? Factor : throw new ArgumentOutOfRangeException(nameof(Factor));

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"Scale({Factor})");

    internal override TResult Bind<TResult>(IActivationBinder<TResult> binder) => binder.Bind(new MultiplyBy(Factor));
}

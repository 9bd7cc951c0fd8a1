using CifarFast.Engine.Kernels.Elementwise;

namespace CifarFast.Engine.Nn;

/// <summary>max(x, 0) of every element; any shape.</summary>
public sealed record ReLU : Activation
{
    /// <inheritdoc/>
    public override string ToString() => Kind;

    internal override TResult Bind<TResult>(IActivationBinder<TResult> binder) => binder.Bind(default(Relu));
}

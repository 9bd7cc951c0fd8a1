using CifarFast.Engine.Kernels.Elementwise;

namespace CifarFast.Engine.Nn;

/// <summary>
/// x / (1 + exp(-x)) of every element (Elfwing, Uchibe and Doya 2018, "Sigmoid-Weighted Linear Units for Neural Network Function
/// Approximation in Reinforcement Learning"), also called swish; any shape. As torch.nn.SiLU.
/// </summary>
public sealed record SiLU : Activation
{
    internal override bool BackwardReadsInput => true;

    /// <inheritdoc/>
    public override string ToString() => Kind;

    internal override TResult Bind<TResult>(IActivationBinder<TResult> binder) => binder.Bind(default(Silu));
}

using System.Runtime.CompilerServices;
using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Elementwise;

/// <summary>
/// A step of stochastic gradient descent as PyTorch defines it (torch.optim.SGD, dampening 0):
/// <c>g += decay·w; v = momentum·v + g; g = nesterov ? g + momentum·v : v; w -= rate·g</c>. Without momentum there is no v, and the step is
/// a binary operation of gradient and weight. Decoupled decay is <c>w -= rate·decay·w</c> before all that, and the gradient stays as it is.
/// </summary>
/// <param name="LearningRate">The step size.</param>
/// <param name="Momentum">The momentum factor.</param>
/// <param name="Nesterov">Whether momentum is Nesterov's.</param>
/// <param name="WeightDecay">The L2 penalty added to every gradient, or the decay of the weight itself; 0 for none.</param>
/// <param name="Decoupled">Whether it is the latter.</param>
internal readonly record struct SgdStep(float LearningRate, float Momentum, bool Nesterov, float WeightDecay, bool Decoupled = false)
    : IBinaryOperation, IUpdateOperation
{
    /// <summary>The weight after a step without momentum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TSimd, TVector>(TVector gradient, TVector weight)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        Decay<TSimd, TVector>(ref gradient, ref weight);
        return Descend<TSimd, TVector>(gradient, weight);
    }

    /// <summary>A step with momentum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Invoke<TSimd, TVector>(TVector gradient, ref TVector velocity, ref TVector weight)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector momentum = TSimd.Constant(Momentum);
        Decay<TSimd, TVector>(ref gradient, ref weight);
        velocity = TSimd.MultiplyAdd(momentum, velocity, gradient);
        weight = Descend<TSimd, TVector>(Nesterov ? TSimd.MultiplyAdd(momentum, velocity, gradient) : velocity, weight);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Decay<TSimd, TVector>(ref TVector gradient, ref TVector weight)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        if (Decoupled)
        {
            weight = TSimd.MultiplyAdd(TSimd.Constant(-LearningRate * WeightDecay), weight, weight);
        }
        else
        {
            gradient = TSimd.MultiplyAdd(TSimd.Constant(WeightDecay), weight, gradient);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TVector Descend<TSimd, TVector>(TVector gradient, TVector weight)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => TSimd.MultiplyAdd(TSimd.Constant(-LearningRate), gradient, weight);
}

using System.Runtime.CompilerServices;
using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Elementwise;

/// <summary>
/// A step of stochastic gradient descent as PyTorch defines it (torch.optim.SGD, dampening 0):
/// <c>g += decay·w; v = momentum·v + g; g = nesterov ? g + momentum·v : v; w -= rate·g</c>. Without momentum there is no v, and the step is
/// a binary operation of gradient and weight.
/// </summary>
/// <param name="LearningRate">The step size.</param>
/// <param name="Momentum">The momentum factor.</param>
/// <param name="Nesterov">Whether momentum is Nesterov's.</param>
/// <param name="WeightDecay">The L2 penalty added to every gradient; 0 for none.</param>
internal readonly record struct SgdStep(float LearningRate, float Momentum, bool Nesterov, float WeightDecay) : IBinaryOperation, IUpdateOperation
{
    /// <summary>The weight after a step without momentum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TSimd, TVector>(TVector gradient, TVector weight)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => Descend<TSimd, TVector>(Decay<TSimd, TVector>(gradient, weight), weight);

    /// <summary>A step with momentum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Invoke<TSimd, TVector>(TVector gradient, ref TVector velocity, ref TVector weight)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector momentum = TSimd.Constant(Momentum);
        gradient = Decay<TSimd, TVector>(gradient, weight);
        velocity = TSimd.MultiplyAdd(momentum, velocity, gradient);
        weight = Descend<TSimd, TVector>(Nesterov ? TSimd.MultiplyAdd(momentum, velocity, gradient) : velocity, weight);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TVector Decay<TSimd, TVector>(TVector gradient, TVector weight)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => TSimd.MultiplyAdd(TSimd.Constant(WeightDecay), weight, gradient);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TVector Descend<TSimd, TVector>(TVector gradient, TVector weight)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => TSimd.MultiplyAdd(TSimd.Constant(-LearningRate), gradient, weight);
}

using System.Runtime.CompilerServices;
using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Elementwise;

/// <summary>
/// A step of AdamW as torch.optim.AdamW defines it: <c>w *= keep; m = β₁·m + (1 - β₁)·g; v = β₂·v + (1 - β₂)·g²;
/// w -= size·m / (√v·scale + ε)</c>. What depends on the number of the step comes ready made.
/// </summary>
/// <param name="StepSize">The learning rate, divided by <c>1 - β₁ᵗ</c>.</param>
/// <param name="Keep">What weight decay leaves of a weight: one minus learning rate times decay.</param>
/// <param name="Beta1">β₁.</param>
/// <param name="Beta2">β₂.</param>
/// <param name="OneMinusBeta1"><c>1 - β₁</c>.</param>
/// <param name="OneMinusBeta2"><c>1 - β₂</c>.</param>
/// <param name="RootScale">One divided by the root of <c>1 - β₂ᵗ</c>.</param>
/// <param name="Epsilon">ε.</param>
internal readonly record struct AdamWStep(
    float StepSize, float Keep, float Beta1, float Beta2, float OneMinusBeta1, float OneMinusBeta2, float RootScale, float Epsilon)
    : ITwoStateUpdateOperation
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Invoke<TSimd, TVector>(TVector gradient, ref TVector first, ref TVector second, ref TVector weight)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        first = TSimd.MultiplyAdd(TSimd.Constant(OneMinusBeta1), gradient, TSimd.Multiply(TSimd.Constant(Beta1), first));
        second = TSimd.MultiplyAdd(
            TSimd.Multiply(TSimd.Constant(OneMinusBeta2), gradient), gradient, TSimd.Multiply(TSimd.Constant(Beta2), second));
        TVector root = TSimd.MultiplyAdd(TSimd.Sqrt(second), TSimd.Constant(RootScale), TSimd.Constant(Epsilon));
        TVector kept = TSimd.Multiply(TSimd.Constant(Keep), weight);
        weight = TSimd.MultiplyAdd(TSimd.Constant(-StepSize), TSimd.Divide(first, root), kept);
    }
}

using CifarFast.Engine.Kernels.Elementwise;
using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Tests.Kernels.Elementwise;

/// <summary>An update that tells all of its operands apart.</summary>
internal readonly record struct TwoStateProbe(float Factor) : ITwoStateUpdateOperation
{
    public void Invoke<TSimd, TVector>(TVector gradient, ref TVector first, ref TVector second, ref TVector weight)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        first = TSimd.MultiplyAdd(TSimd.Constant(Factor), first, gradient);
        second = TSimd.Subtract(gradient, second);
        weight = TSimd.Add(weight, TSimd.Max(first, second));
    }
}

using System.Runtime.CompilerServices;
using CifarFast.Engine.Numerics;
using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Elementwise;

/// <summary>
/// GELU, <c>x·Φ(x)</c> with the distribution function Φ of the standard normal distribution (Hendrycks and Gimpel 2016, "Gaussian Error
/// Linear Units"); its gradient is computed from the input. NaN stays NaN, infinities give their limits.
/// </summary>
/// <remarks>
/// It is computed as <c>max(x, 0) - |x|·Q</c>, where Q is what lies above |x|: that is exact where Φ is next to 0 or 1. Over all floats the error
/// is at most 1.55·2⁻²⁴·|x|, that of the slope 1.79·2⁻²⁴.
/// </remarks>
internal readonly struct Gelu : IActivation
{
    /// <summary><c>x·Φ(x)</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector t = Distance<TSimd, TVector>(x);
        TVector weighted = TSimd.Multiply(TSimd.Subtract(TSimd.Zero, t), SingleNormal.Bell<TSimd, TVector>(t));
        return TSimd.MultiplyAdd(weighted, SingleNormal.ScaledTail<TSimd, TVector>(t), TSimd.Max(x, TSimd.Zero));
    }

    /// <summary>The gradient of the input: that of the output times <c>Φ(x) + x·Φ'(x)</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TSimd, TVector>(TVector input, TVector gradient)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector t = Distance<TSimd, TVector>(input);
        TVector inner = TSimd.MultiplyAdd(TSimd.Constant(-SingleNormal.Peak), t, SingleNormal.ScaledTail<TSimd, TVector>(t));
        TVector below = TSimd.Multiply(SingleNormal.Bell<TSimd, TVector>(t), inner);

        // What it is at -t; at t it is one minus that.
        TVector slope = TSimd.SelectGreaterThanZero(input, TSimd.Subtract(TSimd.Constant(1), below), below);
        return TSimd.Multiply(gradient, slope);
    }

    /// <summary>|x|, but no more than beyond which nothing lies.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Distance<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => TSimd.Clamp(TSimd.Abs(x), TSimd.Zero, TSimd.Constant(SingleNormal.Limit));
}

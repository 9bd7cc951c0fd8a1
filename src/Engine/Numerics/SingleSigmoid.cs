using System.Runtime.CompilerServices;
using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Numerics;

/// <summary>
/// The logistic function <c>1 / (1 + exp(-x))</c> in single precision, for vectors of every tier: a fixed sequence of exactly rounded
/// operations, and so the same bits on every tier and machine.
/// </summary>
internal static class SingleSigmoid
{
    /// <summary>What is farther from zero than this gives exactly 0 or 1, with a slope of 0.</summary>
    public const float Limit = 104;

    /// <summary>The function of each element of <paramref name="x"/>; NaN of NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => OfPower<TSimd, TVector>(Power<TSimd, TVector>(x));

    /// <summary>The function, and beside it its slope <c>f·(1 - f)</c>, of which no digits are lost where the function is next to 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector x, out TVector slope)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector power = Power<TSimd, TVector>(x);
        TVector value = OfPower<TSimd, TVector>(power);

        // 1 - f is exp(-x)·f; where the power is infinite, f is zero, and their product would be NaN.
        TVector rest = TSimd.Multiply(TSimd.Clamp(power, TSimd.Zero, TSimd.Constant(float.MaxValue)), value);
        slope = TSimd.Multiply(value, rest);
        return value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Power<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => SingleExponential.Exp<TSimd, TVector>(TSimd.Subtract(TSimd.Zero, x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector OfPower<TSimd, TVector>(TVector power)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector one = TSimd.Constant(1);
        return TSimd.Divide(one, TSimd.Add(one, power));
    }
}

using System.Runtime.CompilerServices;
using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Numerics;

/// <summary>
/// The standard normal distribution in single precision, for vectors of every tier: a fixed sequence of exactly rounded operations, and so the
/// same bits on every tier and machine. What lies above t is <c>exp(-t²/2)·M(t)</c>, where M, Mills' ratio divided by √2π, falls slowly from
/// a half and is close to a quotient of two polynomials of few terms (Cody 1969, "Rational Chebyshev approximations for the error function",
/// has the error function so).
/// </summary>
/// <remarks>Without rounding, the quotient is within 2.0e-8 of M, relative to it.</remarks>
internal static class SingleNormal
{
    /// <summary>The density at zero, <c>1/√2π</c>.</summary>
    public const float Peak = 0.3989423f;

    /// <summary>Beyond it, of either sign, there is nothing that a float could hold: <see cref="Bell"/> is zero.</summary>
    public const float Limit = 15;

    /// <summary><c>exp(-t²/2)</c>: the density, but for <see cref="Peak"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Bell<TSimd, TVector>(TVector t)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => SingleExponential.Exp<TSimd, TVector>(TSimd.Multiply(TSimd.Multiply(t, TSimd.Constant(-0.5f)), t));

    /// <summary>M: what lies above each element of <paramref name="t"/>, from 0 to <see cref="Limit"/>, divided by its <see cref="Bell"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector ScaledTail<TSimd, TVector>(TVector t)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        // ½ + t·p/q, whose relative error is the least that polynomials of these degrees have between 0 and the limit.
        TVector p = TSimd.MultiplyAdd(TSimd.Constant(-0.0053112451f), t, TSimd.Constant(-0.04770486f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Constant(-0.19642119f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Constant(-0.4205226f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Constant(-0.39894232f));

        TVector q = TSimd.MultiplyAdd(TSimd.Constant(0.01062249f), t, TSimd.Constant(0.103885323f));
        q = TSimd.MultiplyAdd(q, t, TSimd.Constant(0.47572637f));
        q = TSimd.MultiplyAdd(q, t, TSimd.Constant(1.2122523f));
        q = TSimd.MultiplyAdd(q, t, TSimd.Constant(1.6807556f));
        q = TSimd.MultiplyAdd(q, t, TSimd.Constant(1));

        return TSimd.MultiplyAdd(t, TSimd.Divide(p, q), TSimd.Constant(0.5f));
    }
}

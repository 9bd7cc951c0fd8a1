using System.Runtime.CompilerServices;
using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Numerics;

/// <summary>
/// e to the power of x in single precision, for vectors of every tier: a fixed sequence of exactly rounded operations, and so the same bits
/// on every tier and machine. <c>x = n·log 2 + r</c> with a whole n and r in ±0.347, known as two numbers (Cody and Waite 1980, "Software
/// Manual for the Elementary Functions"), and <c>exp r = 1 + r + r²·P(r)</c>, of which the first two terms are summed exactly (Tang 1989,
/// "Table-driven implementation of the exponential function in IEEE floating-point arithmetic", without the table).
/// </summary>
/// <remarks>
/// Over all 2³² floats the error is at most 0.62 units in the last place, where the result is subnormal 0.77. The exponential of zero is 1,
/// of what is too large infinity, of NaN NaN.
/// </remarks>
internal static class SingleExponential
{
    private const float Log2E = 1.442695f;

    /// <summary>The logarithm of 2 as two numbers. The first times n, taken from x, is exact.</summary>
    private const float Ln2High = 0.6931472f;
    private const float Ln2Low = -1.9046542E-09f;

    /// <summary>Beyond these, results are infinite or zero.</summary>
    private const float Highest = 89;
    private const float Lowest = -104;

    /// <summary>1.5·2²³: added and taken away again, it leaves the nearest whole number.</summary>
    private const float Rounding = 12582912;

    /// <summary>e to the power of <paramref name="x"/>.</summary>
    public static float Exp(float x) => Exp<SimdScalar, float>(x);

    /// <summary>e to the power of each element of <paramref name="x"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exp<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        x = TSimd.Clamp(x, TSimd.Constant(Lowest), TSimd.Constant(Highest));
        TVector n = TSimd.MultiplyAdd(x, TSimd.Constant(Log2E), TSimd.Constant(Rounding));
        n = TSimd.Subtract(n, TSimd.Constant(Rounding));
        TVector r = TSimd.MultiplyAdd(n, TSimd.Constant(-Ln2High), x);
        TVector rLow = TSimd.Multiply(n, TSimd.Constant(-Ln2Low));

        // (exp r - 1 - r) / r² within ±0.3475: the minimax polynomial among those of float coefficients.
        TVector p = TSimd.MultiplyAdd(TSimd.Constant(0.00019951054f), r, TSimd.Constant(0.0013930917f));
        p = TSimd.MultiplyAdd(p, r, TSimd.Constant(0.0083332f));
        p = TSimd.MultiplyAdd(p, r, TSimd.Constant(0.041666508f));
        p = TSimd.MultiplyAdd(p, r, TSimd.Constant(0.16666667f));
        p = TSimd.MultiplyAdd(p, r, TSimd.Constant(0.5f));

        TVector rest = TSimd.Multiply(TSimd.Multiply(r, r), p);
        TVector high = TSimd.Add(TSimd.Constant(1), r);
        TVector low = TSimd.Subtract(r, TSimd.Subtract(high, TSimd.Constant(1)));
        low = TSimd.Add(low, TSimd.MultiplyAdd(rLow, TSimd.Add(high, rest), rest));
        return TSimd.ScaleByPowerOfTwo(TSimd.Add(high, low), n);
    }
}

namespace CifarFast.Engine.Numerics;

/// <summary>
/// The natural logarithm in double precision: a fixed sequence of exactly rounded operations, and so the same bits on every machine.
/// <c>x = 2ᵏ·m</c> with m between √½ and √2, so that <c>log x = k·log 2 + log m</c>, and <c>log m = 2·artanh s = 2s + s³·P(s²)</c>
/// with <c>s = (m - 1) / (m + 1)</c> in ±0.1716 (Cody and Waite 1980, "Software Manual for the Elementary Functions"). s is known as two
/// numbers (Tang 1990, "Table-driven implementation of the logarithm function in IEEE floating-point arithmetic", without the table), so
/// only what is below a hundredth of the result is rounded. The error is below 0.55 units in the last place.
/// </summary>
internal static class Logarithm
{
    /// <summary>The logarithm of 2 as two numbers, the first so short that any k times it is exact.</summary>
    private const double Ln2High = 0.6931471805601177;
    private const double Ln2Low = -1.7239444525614835E-13;

    /// <summary>The bits of the square root of a half, rounded down to the upper 32.</summary>
    private const long RootOfHalf = 0x3FE6A09EL << 32;

    private const double LeastNormal = 2.2250738585072014E-308;

    /// <summary><c>(2·artanh s - 2s) / s³</c> as a function of s² up to 0.02945: the minimax polynomial among those of double coefficients.</summary>
    private static ReadOnlySpan<double> Coefficients =>
    [
        0.6666666666666666, 0.4000000000000532, 0.2857142856917198, 0.22222222655841817,
        0.1818177369468834, 0.1538721608392205, 0.13246652407199794, 0.13287079508495495,
    ];

    /// <summary>The natural logarithm of <paramref name="x"/>: minus infinity of zero, NaN of what is negative.</summary>
    public static double Log(double x)
    {
        if (!(x > 0))
        {
            return x == 0 ? double.NegativeInfinity : double.NaN;
        }

        if (double.IsPositiveInfinity(x))
        {
            return x;
        }

        int k = 0;
        if (x < LeastNormal)
        {
            x *= 1L << 54;
            k = -54;
        }

        long bits = BitConverter.DoubleToInt64Bits(x);
        int exponent = (int)((bits - RootOfHalf) >> 52);
        double m = BitConverter.Int64BitsToDouble(bits - ((long)exponent << 52));
        k += exponent;

        double difference = m - 1;
        (double sum, double sumLow) = ErrorFree.FastTwoSum(1, m);
        double s = difference / sum;
        double sLow = (Math.FusedMultiplyAdd(-s, sum, difference) - (s * sumLow)) / sum;

        double square = s * s;
        double rest = s * (square * Polynomial.Evaluate(square, Coefficients));
        (double high, double low) = ErrorFree.FastTwoSum(k * Ln2High, 2 * s);
        return high + (low + Math.FusedMultiplyAdd(k, Ln2Low, (2 * sLow) + rest));
    }
}

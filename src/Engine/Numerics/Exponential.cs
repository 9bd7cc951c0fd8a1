namespace CifarFast.Engine.Numerics;

/// <summary>
/// e to the power of x in double precision: a fixed sequence of exactly rounded operations, and so the same bits on every machine.
/// <c>x = n·log 2 + r</c> with a whole n (Cody and Waite 1980, "Software Manual for the Elementary Functions"), so that
/// <c>exp x = 2ⁿ·exp r</c> with r in ±0.347. Of the series <c>1 + r + r²/2 + r³·P(r)</c> the first three terms are summed as two
/// numbers each (Tang 1989, "Table-driven implementation of the exponential function in IEEE floating-point arithmetic", without the
/// table), and only what is below a hundredth is rounded. The error is below 0.53 units in the last place, subnormal results included.
/// </summary>
internal static class Exponential
{
    private const double Log2E = 1.4426950408889634;

    /// <summary>The logarithm of 2 as two numbers.</summary>
    private const double Ln2High = 0.6931471805599453;
    private const double Ln2Low = 2.3190468138462996E-17;

    /// <summary>Beyond these, results are infinite or zero.</summary>
    private const double Highest = 710;
    private const double Lowest = -746;

    /// <summary>The exponent of the least normal number, and 2 to that power.</summary>
    private const int LeastExponent = -1022;
    private const double LeastNormal = 2.2250738585072014E-308;

    /// <summary><c>(exp r - 1 - r - r²/2) / r³</c> within ±0.34662: the minimax polynomial among those of double coefficients.</summary>
    private static ReadOnlySpan<double> Coefficients =>
    [
        0.16666666666666669, 0.04166666666666668, 0.008333333333328878, 0.0013888888888874554, 0.00019841269866604754,
        2.4801587352826683E-05, 2.7557264514258632E-06, 2.755724353466217E-07, 2.5101846635584184E-08, 2.0925786343106223E-09,
    ];

    /// <summary>e to the power of <paramref name="x"/>.</summary>
    public static double Exp(double x)
    {
        if (double.IsNaN(x))
        {
            return double.NaN;
        }

        if (x is > Highest or < Lowest)
        {
            return x > 0 ? double.PositiveInfinity : 0;
        }

        // n·Ln2High is a multiple of x's last place or near enough to x that the difference is exact either way.
        double n = Math.Round(x * Log2E);
        double r = Math.FusedMultiplyAdd(n, -Ln2High, x);
        double rLow = n * -Ln2Low;

        (double square, double squareLow) = ErrorFree.TwoProduct(r, r);
        (double high, double low1) = ErrorFree.FastTwoSum(1, r);
        (high, double low2) = ErrorFree.FastTwoSum(high, square / 2);
        double rest = r * square * Polynomial.Evaluate(r, Coefficients);
        double low = low1 + low2 + (squareLow / 2) + Math.FusedMultiplyAdd(rLow, high + rest, rest);
        return Scale(high, low, (int)n);
    }

    /// <summary><c>(high + low)·2ⁿ</c>, rounded once.</summary>
    private static double Scale(double high, double low, int n)
    {
        if (n > LeastExponent)
        {
            // 2 to the power of 1024 is no number, but its root is.
            return (high + low) * PowerOfTwo(n / 2) * PowerOfTwo(n - (n / 2));
        }

        double scale = PowerOfTwo(n - LeastExponent);
        high *= scale;
        low *= scale;
        if (high + low < 1)
        {
            // One more has its last place where the result will have it.
            (double sum, double lost) = ErrorFree.FastTwoSum(1, high);
            return (sum + (lost + low) - 1) * LeastNormal;
        }

        return (high + low) * LeastNormal;
    }

    private static double PowerOfTwo(int n) => BitConverter.Int64BitsToDouble((long)(n + 1023) << 52);
}

namespace CifarFast.Engine.Numerics;

/// <summary>
/// Sine and cosine in double precision: a fixed sequence of exactly rounded operations, and so the same bits on every machine. The
/// argument is brought into ±π/4 with π/2 as three numbers (Cody and Waite 1980, "Software Manual for the Elementary Functions"; Daumas et
/// al. 1995, "Modular range reduction"), which is exact enough up to <see cref="Limit"/>, next to the multiples of π/2 included; what is
/// farther is refused, not computed wrongly. There the first terms of the series are summed as two numbers each, and only what is below
/// a fiftieth is rounded. The error is below 0.55 units in the last place.
/// </summary>
internal static class Trigonometric
{
    /// <summary>The largest argument, of either sign.</summary>
    public const double Limit = 1 << 30;

    private const double TwoOverPi = 0.6366197723675814;

    /// <summary>π/2 as the sum of three numbers.</summary>
    private const double HalfPiHigh = 1.5707963267948966;
    private const double HalfPiMiddle = 6.123233995736766E-17;
    private const double HalfPiLow = -1.4973849048591698E-33;

    /// <summary>Below it, of either sign, an argument is its own sine.</summary>
    private const double Tiny = 1.0 / (1 << 30);

    /// <summary><c>(sin r - r + r³/6) / r⁵</c> as a function of r² up to 0.617: the minimax polynomial among those of double coefficients.</summary>
    private static ReadOnlySpan<double> SineCoefficients =>
    [
        0.008333333333333333, -0.00019841269841268833, 2.755731922220678E-06,
        -2.5052107192450286E-08, 1.6058677256581856E-10, -7.594889100778555E-13,
    ];

    /// <summary><c>(cos r - 1 + r²/2) / r⁴</c> likewise.</summary>
    private static ReadOnlySpan<double> CosineCoefficients =>
    [
        0.041666666666666664, -0.0013888888888887061, 2.4801587298460317E-05,
        -2.755731715831543E-07, 2.0876127834308416E-09, -1.138154266983734E-11,
    ];

    /// <summary>The sine of <paramref name="x"/> radians; NaN of what is not finite.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="x"/> is finite and beyond <see cref="Limit"/>.</exception>
    public static double Sin(double x) => OfQuadrant(x, 0);

    /// <summary>The cosine of <paramref name="x"/> radians; NaN of what is not finite.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="x"/> is finite and beyond <see cref="Limit"/>.</exception>
    public static double Cos(double x) => OfQuadrant(x, 1);

    /// <summary>The sine of <paramref name="x"/> and as many quarters of a circle as <paramref name="quadrants"/> says.</summary>
    private static double OfQuadrant(double x, int quadrants)
    {
        if (!double.IsFinite(x))
        {
            return double.NaN;
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(Math.Abs(x), Limit, nameof(x));
        (int n, double r, double rLow) = Reduce(x);
        return ((n + quadrants) & 3) switch
        {
            0 => Sine(r, rLow),
            1 => Cosine(r, rLow),
            2 => -Sine(r, rLow),
            _ => -Cosine(r, rLow),
        };
    }

    /// <summary><paramref name="x"/> as n quarters of a circle and a rest in ±π/4, in two numbers.</summary>
    private static (int N, double High, double Low) Reduce(double x)
    {
        double n = Math.Round(x * TwoOverPi);
        if (n == 0)
        {
            return (0, x, 0);
        }

        // The first difference is exact: both sides are multiples of 2 to the power of -53, and it is below 1.
        double first = Math.FusedMultiplyAdd(-n, HalfPiHigh, x);
        (double middle, double middleLow) = ErrorFree.TwoProduct(n, HalfPiMiddle);
        (double high, double low) = ErrorFree.TwoSum(first, -middle);
        (high, low) = ErrorFree.FastTwoSum(high, low - middleLow - (n * HalfPiLow));
        return ((int)n, high, low);
    }

    private static double Sine(double r, double rLow)
    {
        if (Math.Abs(r) < Tiny)
        {
            return r;
        }

        (double square, double squareLow) = Square(r, rLow);
        (double cube, double cubeLow) = ErrorFree.TwoProduct(r, square);
        cubeLow += (r * squareLow) + (rLow * square);
        double sixth = cube / 6;
        double sixthLow = (Math.FusedMultiplyAdd(-6, sixth, cube) + cubeLow) / 6;
        double rest = cube * (square * Polynomial.Evaluate(square, SineCoefficients));
        (double high, double low) = ErrorFree.FastTwoSum(r, -sixth);
        return high + (low + (rLow - sixthLow + rest));
    }

    private static double Cosine(double r, double rLow)
    {
        (double square, double squareLow) = Square(r, rLow);
        double rest = square * (square * Polynomial.Evaluate(square, CosineCoefficients));
        (double high, double low) = ErrorFree.FastTwoSum(1, -square / 2);

        // What the square's low part changes in the second and in the third term of the series.
        return high + (low - (squareLow * (0.5 - (square / 12))) + rest);
    }

    private static (double High, double Low) Square(double r, double rLow)
    {
        (double high, double low) = ErrorFree.TwoProduct(r, r);
        return (high, Math.FusedMultiplyAdd(2 * r, rLow, low));
    }
}

using System.Numerics;

namespace CifarFast.Engine.Tests.Numerics;

/// <summary>
/// How far a computed function is from the exact one, in units in the last place: the exact one is summed from its series in whole
/// numbers of 256 binary places, which knows nothing of floating-point functions.
/// </summary>
internal static class ExactFunctions
{
    private const int Places = 256;

    /// <summary>The argument of the exponential's series is divided by 2 to this power, and its sum squared as often.</summary>
    private const int Squarings = 8;

    private static readonly BigInteger One = BigInteger.One << Places;
    private static readonly BigInteger Ln2 = 2 * InverseArc(3, alternating: false);
    private static readonly BigInteger HalfPi = (8 * InverseArc(5, alternating: true)) - (2 * InverseArc(239, alternating: true));

    /// <summary>The error of <paramref name="computed"/> as e to the power of <paramref name="x"/>.</summary>
    public static double ExpError(double x, double computed)
    {
        (BigInteger value, int n) = Exp(Fixed(x));
        return Error(computed, value, n - Places);
    }

    /// <summary>The error of <paramref name="computed"/> as the logarithm of <paramref name="x"/>.</summary>
    public static double LogError(double x, double computed)
    {
        // log x - y = log(x·exp(-y)), and that is next to log 1.
        BigInteger y = Fixed(computed);
        (BigInteger inverse, int n) = Exp(-y);
        (BigInteger mantissa, int exponent) = Split(x);
        BigInteger d = Shift(mantissa * inverse, exponent + n) - One;
        return Error(computed, y + d - (Product(d, d) / 2), -Places);
    }

    /// <summary>The error of <paramref name="computed"/> as the sine of <paramref name="x"/>.</summary>
    public static double SinError(double x, double computed) => Error(computed, SinOfQuadrant(x, 0), -Places);

    /// <summary>The error of <paramref name="computed"/> as the cosine of <paramref name="x"/>.</summary>
    public static double CosError(double x, double computed) => Error(computed, SinOfQuadrant(x, 1), -Places);

    private static (BigInteger Value, int Exponent) Exp(BigInteger x)
    {
        (BigInteger n, BigInteger r) = Reduce(x, Ln2);
        BigInteger sum = Series(One, 1, k => k, r >> Squarings);
        for (int i = 0; i < Squarings; i++)
        {
            sum = Product(sum, sum);
        }

        return (sum, (int)n);
    }

    private static BigInteger SinOfQuadrant(double x, int quadrants)
    {
        (BigInteger n, BigInteger r) = Reduce(Fixed(x), HalfPi);
        int quadrant = (int)(n + quadrants) & 3;
        BigInteger minusSquare = -Product(r, r);
        BigInteger value = quadrant % 2 == 0
            ? Series(r, 1, k => 2 * k * ((2 * k) + 1), minusSquare)
            : Series(One, 1, k => 2 * k * ((2 * k) - 1), minusSquare);
        return quadrant < 2 ? value : -value;
    }

    /// <summary>The sum of terms of which each is the one before times <paramref name="factor"/> over <paramref name="divisor"/> of its number.</summary>
    private static BigInteger Series(BigInteger term, int number, Func<int, int> divisor, BigInteger factor)
    {
        BigInteger sum = 0;
        while (!term.IsZero && term != -1)
        {
            sum += term;
            term = Product(term, factor) / divisor(number++);
        }

        return sum;
    }

    /// <summary>The arctangent of 1 / <paramref name="k"/>, or its hyperbolic twin.</summary>
    private static BigInteger InverseArc(int k, bool alternating)
    {
        BigInteger sum = 0;
        BigInteger power = One / k;
        for (int i = 1; !power.IsZero; i += 2)
        {
            sum += power / (alternating && i % 4 == 3 ? -i : i);
            power /= k * k;
        }

        return sum;
    }

    private static (BigInteger N, BigInteger Remainder) Reduce(BigInteger x, BigInteger unit)
    {
        BigInteger n = Floor(x + (unit / 2), unit);
        return (n, x - (n * unit));
    }

    private static BigInteger Floor(BigInteger x, BigInteger unit)
    {
        var quotient = BigInteger.DivRem(x, unit, out BigInteger remainder);
        return remainder.Sign < 0 ? quotient - 1 : quotient;
    }

    private static double Error(double computed, BigInteger exact, int exponent)
    {
        (BigInteger mantissa, int place) = Split(computed);
        int common = Math.Min(place, exponent);
        BigInteger difference = BigInteger.Abs((mantissa << (place - common)) - (exact << (exponent - common)));
        int binade = (int)(BigInteger.Abs(exact).GetBitLength() - 1) + exponent;
        int lastPlace = Math.Max(binade, -1022) - 52;
        int digits = Math.Max(0, (int)difference.GetBitLength() - 60);
        return Math.ScaleB((double)(difference >> digits), common + digits - lastPlace);
    }

    private static BigInteger Fixed(double x)
    {
        (BigInteger mantissa, int exponent) = Split(x);
        return Shift(mantissa, exponent + Places);
    }

    /// <summary>A finite number as a whole one times a power of two.</summary>
    private static (BigInteger Mantissa, int Exponent) Split(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x);
        int exponent = (int)((bits >> 52) & 0x7FF);
        long fraction = bits & ((1L << 52) - 1);
        long mantissa = exponent == 0 ? fraction : fraction | (1L << 52);
        return (x < 0 ? -mantissa : mantissa, Math.Max(exponent, 1) - 1075);
    }

    private static BigInteger Product(BigInteger a, BigInteger b) => (a * b) >> Places;

    private static BigInteger Shift(BigInteger x, int left) => left >= 0 ? x << left : x >> -left;
}

namespace CifarFast.Engine.Numerics;

/// <summary>
/// Sums and products as the rounded result and what rounding lost, both exact (Dekker 1971, "A floating-point technique for extending
/// the available precision"; Knuth, "The Art of Computer Programming", vol. 2, 4.2.2).
/// </summary>
internal static class ErrorFree
{
    /// <summary>The sum of two numbers of which the first has no smaller an exponent, or is zero.</summary>
    public static (double High, double Low) FastTwoSum(double a, double b)
    {
        double sum = a + b;
        return (sum, b - (sum - a));
    }

    /// <summary>The sum of any two numbers.</summary>
    public static (double High, double Low) TwoSum(double a, double b)
    {
        double sum = a + b;
        double second = sum - a;
        return (sum, (a - (sum - second)) + (b - second));
    }

    /// <summary>The product of two numbers whose low part does not underflow.</summary>
    public static (double High, double Low) TwoProduct(double a, double b)
    {
        double product = a * b;
        return (product, Math.FusedMultiplyAdd(a, b, -product));
    }
}

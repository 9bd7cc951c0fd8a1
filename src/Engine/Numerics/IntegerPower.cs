namespace CifarFast.Engine.Numerics;

/// <summary>Powers with whole exponents, by squaring: a fixed sequence of exactly rounded products.</summary>
internal static class IntegerPower
{
    /// <summary><paramref name="x"/> to the power of <paramref name="exponent"/>, which is not negative.</summary>
    public static double Of(double x, long exponent)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(exponent);
        double power = 1;
        for (; exponent > 0; exponent >>= 1)
        {
            power *= (exponent & 1) == 1 ? x : 1;
            x *= x;
        }

        return power;
    }
}

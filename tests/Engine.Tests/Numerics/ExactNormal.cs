namespace CifarFast.Engine.Tests.Numerics;

/// <summary>The standard normal distribution in double precision, as exact as that allows.</summary>
internal static class ExactNormal
{
    private const double Peak = 0.3989422804014327;

    public static double Density(double x) => Peak * Math.Exp(-x * x / 2);

    /// <summary>What lies below <paramref name="x"/>.</summary>
    public static double Below(double x) => x > 0 ? 1 - Tail(x) : Tail(-x);

    /// <summary>
    /// What lies above a number that is not negative: near zero by a series whose terms are all positive, farther away by Laplace's continued
    /// fraction.
    /// </summary>
    private static double Tail(double t)
    {
        if (t < 2)
        {
            double term = t;
            double sum = 0;
            for (int n = 3; term > 1e-18; n += 2)
            {
                sum += term;
                term *= t * t / n;
            }

            return 0.5 - (Density(t) * sum);
        }

        double fraction = t;
        for (int n = 150; n > 0; n--)
        {
            fraction = t + (n / fraction);
        }

        return Density(t) / fraction;
    }
}

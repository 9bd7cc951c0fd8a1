using CifarFast.Engine.Numerics;

namespace CifarFast.Engine.Randomness;

/// <summary>
/// Numbers of the symmetric beta distribution: the first of two gamma numbers as a share of both. These are drawn by squeezing normal numbers
/// (Marsaglia and Tsang 2000, "A simple method for generating gamma variables"), and are kept as logarithms, as of small shapes they are often
/// below what a double can be.
/// </summary>
internal static class BetaDistribution
{
    /// <summary>A number from 0 to 1.</summary>
    /// <param name="random">Where randomness comes from.</param>
    /// <param name="alpha">Both shapes, above 0: 1 makes all numbers equally likely, less favours 0 and 1, more favours a half.</param>
    public static double Next(ref Xoshiro256 random, double alpha)
    {
        double first = NextLogGamma(ref random, alpha);
        double second = NextLogGamma(ref random, alpha);
        return 1 / (1 + Exponential.Exp(second - first));
    }

    /// <summary>
    /// The logarithm of a gamma number. Of a shape below 1 it is one of a shape greater by 1, times a uniform number to the power of 1/shape.
    /// </summary>
    private static double NextLogGamma(ref Xoshiro256 random, double shape) => shape < 1
        ? NextLogGammaOfOneOrMore(ref random, shape + 1) + (Logarithm.Log(1 - random.NextDouble()) / shape)
        : NextLogGammaOfOneOrMore(ref random, shape);

    private static double NextLogGammaOfOneOrMore(ref Xoshiro256 random, double shape)
    {
        double d = shape - (1.0 / 3);
        double c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double normal = random.NextGaussian();
            double root = 1 + (c * normal);
            if (root > 0)
            {
                double v = root * root * root;
                double logV = Logarithm.Log(v);
                if (Logarithm.Log(1 - random.NextDouble()) < (0.5 * normal * normal) + (d * (1 - v + logV)))
                {
                    return Logarithm.Log(d) + logV;
                }
            }
        }
    }
}

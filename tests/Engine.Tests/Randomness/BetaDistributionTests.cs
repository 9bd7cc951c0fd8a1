using CifarFast.Engine.Randomness;
using CifarFast.Engine.Tests.Data.Transforms;

namespace CifarFast.Engine.Tests.Randomness;

public sealed class BetaDistributionTests
{
    private const int Count = 5000;

    [Fact]
    public void It_is_the_distribution_that_is_known_for_some_shapes()
    {
        Samples.AreOf(Draw(1), value => value);
        Samples.AreOf(Draw(2), value => value * value * (3 - (2 * value)));
        Samples.AreOf(Draw(0.5), value => 2 / Math.PI * Math.Asin(Math.Sqrt(value)));
    }

    /// <summary>Variance and fourth moment about the middle, from the distribution's own formulas.</summary>
    [Theory]
    [InlineData(0.05)]
    [InlineData(0.2)]
    [InlineData(1.5)]
    [InlineData(30)]
    public void Its_moments_are_right(double alpha)
    {
        double[] values = Draw(alpha);
        double variance = 1 / (4 * ((2 * alpha) + 1));
        double fourth = 3 * variance * variance * ((2 * alpha) + 1) / ((2 * alpha) + 3);
        double error = Math.Sqrt((fourth - (variance * variance)) / Count);

        Assert.Equal(0.5, values.Average(), 5 * Math.Sqrt(variance / Count));
        Assert.Equal(variance, values.Select(value => (value - 0.5) * (value - 0.5)).Average(), (5 * error) + 1e-12);
    }

    [Theory]
    [InlineData(0.001)]
    [InlineData(1000)]
    public void Extreme_shapes_give_numbers_all_the_same(double alpha) => Assert.All(Draw(alpha), value => Assert.InRange(value, 0, 1));

    private static double[] Draw(double alpha)
    {
        var random = new Xoshiro256(7);
        double[] values = new double[Count];
        foreach (ref double value in values.AsSpan())
        {
            value = BetaDistribution.Next(ref random, alpha);
        }

        return values;
    }
}

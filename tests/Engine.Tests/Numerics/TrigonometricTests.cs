using CifarFast.Engine.Numerics;

namespace CifarFast.Engine.Tests.Numerics;

public class TrigonometricTests
{
    /// <summary>The numbers within the limit that come nearest to a multiple of π/2, found by continued fractions: the nearest is 2 to the power of -60.5 away.</summary>
    private static readonly double[] NextToMultiples =
    [
        45.553093477052, 91.106186954104, 14461176.67027838, 182.212373908208, 28922353.34055676, 364.424747816416, 57844706.68111352, 728.849495632832, 115689413.36222704, 1457.698991265664, 231378826.72445408, 2915.397982531328,
    ];

    [Theory]
    [InlineData(0, 2 * Math.PI)]
    [InlineData(-1, 1)]
    [InlineData(-1e-4, 1e-4)]
    [InlineData(-1e4, 1e4)]
    [InlineData(-Trigonometric.Limit, Trigonometric.Limit)]
    public void Are_within_055_units_in_the_last_place(double from, double to) =>
        AssertBothWithinBound(FunctionSample.Between(from, to, 1000));

    [Fact]
    public void Are_within_055_units_in_the_last_place_where_it_is_hard() =>
        AssertBothWithinBound(
        [
            .. NextToMultiples.SelectMany(x => new[] { x, -x, double.BitIncrement(x), double.BitDecrement(x) }),
            Math.PI / 4, double.BitIncrement(Math.PI / 4), Math.PI / 2, Math.PI, 3 * Math.PI / 4, 2 * Math.PI, Trigonometric.Limit, -Trigonometric.Limit,
            Math.ScaleB(1, -30), double.BitDecrement(Math.ScaleB(1, -30)), 1e-20,
        ]);

    [Theory]
    [InlineData(0)]
    [InlineData(-0.0)]
    [InlineData(double.Epsilon)]
    [InlineData(-1e-300)]
    public void Of_tiny_arguments_the_sine_is_the_argument_and_the_cosine_one(double x)
    {
        Assert.Equal(BitConverter.DoubleToInt64Bits(x), BitConverter.DoubleToInt64Bits(Trigonometric.Sin(x)));
        Assert.Equal(1, Trigonometric.Cos(x));
    }

    [Theory]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(double.NaN)]
    public void Are_no_numbers_of_what_is_not_finite(double x)
    {
        Assert.Equal(double.NaN, Trigonometric.Sin(x));
        Assert.Equal(double.NaN, Trigonometric.Cos(x));
    }

    [Fact]
    public void Refuse_what_is_too_far_away_for_the_reduction()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Trigonometric.Sin(double.BitIncrement(Trigonometric.Limit)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Trigonometric.Cos(-1e300));
    }

    [Fact]
    [Trait("Emulated", "yes")]
    public void Have_the_same_bits_on_every_machine()
    {
        double[] arguments = [.. FunctionSample.Between(0, 2 * Math.PI, 200_000), .. FunctionSample.Between(-Trigonometric.Limit, Trigonometric.Limit, 100_000)];
        Assert.Equal("87d0873974a317ea1ffc9a72ae583e14061199998aae4ab8de0986ba344ef980", FunctionSample.Fingerprint(arguments, Trigonometric.Sin));
        Assert.Equal("0acc7b14d691090c3d75ebc8272856636ae041370ca8f523b04b8c81b1ee2af1", FunctionSample.Fingerprint(arguments, Trigonometric.Cos));
    }

    private static void AssertBothWithinBound(IReadOnlyList<double> arguments)
    {
        FunctionSample.AssertWithin(0.55, arguments, Trigonometric.Sin, ExactFunctions.SinError);
        FunctionSample.AssertWithin(0.55, arguments, Trigonometric.Cos, ExactFunctions.CosError);
    }
}

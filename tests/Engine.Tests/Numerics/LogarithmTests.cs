using CifarFast.Engine.Numerics;

namespace CifarFast.Engine.Tests.Numerics;

public class LogarithmTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.5, 2)]
    [InlineData(0.999, 1.001)]
    [InlineData(1, 1e6)]
    [InlineData(0, 2e-308)]
    public void Is_within_055_units_in_the_last_place(double from, double to) =>
        FunctionSample.AssertWithin(0.55, FunctionSample.Between(from, to, 2000), Logarithm.Log, ExactFunctions.LogError);

    [Fact]
    public void Is_within_055_units_in_the_last_place_of_numbers_of_any_size() =>
        FunctionSample.AssertWithin(0.55, FunctionSample.OfAnySize(2000).Select(Math.Abs), Logarithm.Log, ExactFunctions.LogError);

    [Fact]
    public void Is_within_055_units_in_the_last_place_where_it_is_hard() =>
        FunctionSample.AssertWithin(
            0.55,
            [
                // Next to 1 and to the square roots of 2 and a half, where k changes; the largest number, the least, and the least normal.
                1 + double.BitIncrement(0), double.BitIncrement(1), double.BitDecrement(1), 1 + 1e-10, 1 - 1e-10,
                0.7071067811865475, 0.7071067811865476, 0.7071063, 1.414213562373095, 1.4142135623730951, 1.4142127,
                double.MaxValue, double.Epsilon, 2.2250738585072014E-308, 2.225073858507201E-308,
            ],
            Logarithm.Log,
            ExactFunctions.LogError);

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, double.NegativeInfinity)]
    [InlineData(-0.0, double.NegativeInfinity)]
    [InlineData(-1, double.NaN)]
    [InlineData(-double.Epsilon, double.NaN)]
    [InlineData(double.NegativeInfinity, double.NaN)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(double.NaN, double.NaN)]
    public void Keeps_to_the_standard_at_the_ends(double x, double expected) => Assert.Equal(expected, Logarithm.Log(x));

    [Fact]
    [Trait("Emulated", "yes")]
    public void Has_the_same_bits_on_every_machine() =>
        Assert.Equal(
            "ce5c88187078d14e05c9232f0b4c4c16abf06db76e4b5f8e14f25dfd88c7991a",
            FunctionSample.Fingerprint([.. FunctionSample.OfAnySize(100_000), .. FunctionSample.Between(0, 1, 200_000)], Logarithm.Log));
}

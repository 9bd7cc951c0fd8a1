using CifarFast.Engine.Numerics;

namespace CifarFast.Engine.Tests.Numerics;

public class ExponentialTests
{
    [Theory]
    [InlineData(-745.2, 709.78)]
    [InlineData(-40, 0)]
    [InlineData(-1, 1)]
    [InlineData(-745.2, -708)]
    public void Is_within_053_units_in_the_last_place(double from, double to) =>
        FunctionSample.AssertWithin(0.53, FunctionSample.Between(from, to, 2000), Exponential.Exp, ExactFunctions.ExpError);

    [Fact]
    public void Is_within_053_units_in_the_last_place_where_it_is_hard() =>
        FunctionSample.AssertWithin(
            0.53,
            [
                // Next to a half of log 2 and three halves, where n changes; the largest and the least results; results around the least normal.
                0.34657359027997264, 0.3465735902799727, 1.0397207708399179, -0.34657359027997264, 709.782712893384, 709.7827128933839,
                -745.1332191019411, -744.4400719213812, -708.3964185322641, -708.3964185322642, -708.4, -708.39,
                1e-300, -1e-300, double.Epsilon, 1.1102230246251565e-16, -1.1102230246251565e-16, 2.220446049250313e-16,
            ],
            Exponential.Exp,
            ExactFunctions.ExpError);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-0.0, 1)]
    [InlineData(709.7827128933841, double.PositiveInfinity)]
    [InlineData(1e300, double.PositiveInfinity)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(-745.1332191019412, 0)]
    [InlineData(-1e300, 0)]
    [InlineData(double.NegativeInfinity, 0)]
    [InlineData(double.NaN, double.NaN)]
    public void Keeps_to_the_standard_at_the_ends(double x, double expected) => Assert.Equal(expected, Exponential.Exp(x));

    [Fact]
    [Trait("Emulated", "yes")]
    public void Has_the_same_bits_on_every_machine() =>
        Assert.Equal(
            "29094c7b0ce305e53209f1c41a2dcf2e581486d30901105a535ca329d70f8eb3",
            FunctionSample.Fingerprint([.. FunctionSample.Between(-750, 715, 100_000), .. FunctionSample.Between(-40, 1, 200_000)], Exponential.Exp));
}

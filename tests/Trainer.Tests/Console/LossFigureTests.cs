using CifarFast.Trainer.Console;

namespace CifarFast.Trainer.Tests.Console;

public class LossFigureTests
{
    [Theory]
    [InlineData(0, "0.0000")]
    [InlineData(2.30258, "2.3026")]
    [InlineData(9999.5, "9999.5000")]
    [InlineData(10_000, "1.00E+4")]
    [InlineData(1.2345e30, "1.23E+30")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    public void Keeps_short_whatever_its_size(double loss, string expected) => Assert.Equal(expected, LossFigure.Format(loss));
}

using CifarFast.Trainer.Console;

namespace CifarFast.Trainer.Tests.Console;

public class ClockTests
{
    [Theory]
    [InlineData(0, "0:00")]
    [InlineData(0.001, "0:01")]
    [InlineData(41.5, "0:42")]
    [InlineData(59.01, "1:00")]
    [InlineData(725, "12:05")]
    [InlineData(3599, "59:59")]
    [InlineData(3599.5, "1:00:00")]
    [InlineData(11229, "3:07:09")]
    [InlineData(360_000, "100:00:00")]
    [InlineData(-1, "?")]
    [InlineData(1e300, "?")]
    [InlineData(double.NaN, "?")]
    [InlineData(double.PositiveInfinity, "?")]
    public void Reads_as_a_clock(double seconds, string expected) => Assert.Equal(expected, Clock.Format(seconds));
}

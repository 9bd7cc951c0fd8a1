using CifarFast.Trainer.Console;

namespace CifarFast.Trainer.Tests.Console;

public class LossCurveTests
{
    [Fact]
    public void Falls_from_the_highest_value_to_the_lowest() => Assert.Equal(
        [
            "   2.0000 ┤⠑⠢⡀     ",
            "          │  ⠈⠑⢄⡀  ",
            "   1.0000 ┤     ⠈⠢⢄",
            "     step  50   100",
        ],
        Draw([2, 1], 19, unicode: true));

    [Fact]
    public void Does_without_characters_beyond_ASCII() => Assert.Equal(
        [
            "   2.0000 |'..     ",
            "          |   '.   ",
            "   1.0000 |     ''.",
            "     step  50   100",
        ],
        Draw([2, 1], 19, unicode: false));

    [Fact]
    public void Takes_means_where_there_are_more_values_than_dots()
    {
        string[] lines = Draw([.. Enumerable.Repeat(3.0, 800), .. Enumerable.Repeat(1.0, 800)], 19, unicode: false);
        Assert.Equal("   3.0000 |''''.   ", lines[0]);
        Assert.Equal("   1.0000 |    :...", lines[2]);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(100)]
    [InlineData(160)]
    public void Fills_the_width_whatever_the_values(int width)
    {
        double[][] all = [[2, 1, 1.5], [1e300, 1, double.NaN, 1], [double.MaxValue, 0, double.MaxValue], [1, 1], [.. Enumerable.Repeat(1e308, 5000)]];
        foreach (double[] losses in all)
        {
            foreach (bool unicode in new[] { false, true })
            {
                Assert.All(Draw(losses, width, unicode), line => Assert.Equal(width, line.Length));
            }
        }
    }

    [Fact]
    public void Lies_at_the_bottom_where_all_values_are_equal() =>
        Assert.Equal(["          |        ", "          |        ", "   1.0000 |........"], Draw([1, 1, 1], 19, unicode: false)[..3]);

    [Theory]
    [InlineData(new double[0], 80)]
    [InlineData(new[] { 1.0 }, 80)]
    [InlineData(new[] { 1.0, double.NaN }, 80)]
    [InlineData(new[] { 1.0, 2.0 }, 18)]
    public void Is_not_there_without_two_values_and_room(double[] losses, int width) => Assert.Empty(Draw(losses, width, unicode: true));

    private static string[] Draw(double[] losses, int width, bool unicode) =>
    [
        .. LossCurve
            .Draw([.. losses.Select((loss, i) => ((i + 1) * 50L, loss))], width, 4, unicode)
            .Select(line => string.Concat(line.Select(segment => segment.Text))),
    ];
}

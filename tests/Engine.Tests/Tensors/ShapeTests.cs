using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Tests.Tensors;

public class ShapeTests
{
    [Fact]
    public void A_shape_has_its_sizes()
    {
        var shape = new Shape(3, 32, 16);

        Assert.Equal(3, shape.Rank);
        Assert.Equal(3 * 32 * 16, shape.Count);
        Assert.Equal([3, 32, 16], Enumerable.Range(0, 3).Select(axis => shape[axis]));
        Assert.Equal("3×32×16", shape.ToString());
        Assert.Equal("10", new Shape(10).ToString());
    }

    [Fact]
    public void Shapes_of_the_same_sizes_are_equal()
    {
        var shape = new Shape(3, 32, 16);
        var same = new Shape(3, 32, 16);

        Assert.True(shape == same);
        Assert.False(shape != same);
        Assert.True(shape.Equals((object)same));
        Assert.Equal(shape.GetHashCode(), same.GetHashCode());
        foreach (Shape other in new[] { new Shape(3, 16, 32), new Shape(3, 32), new Shape(3, 32, 16, 1), new Shape() })
        {
            Assert.False(shape == other);
            Assert.True(shape != other);
        }

        Assert.False(shape.Equals("3×32×16"));
    }

    [Fact]
    public void A_default_shape_is_the_one_without_sizes()
    {
        Shape nothing = default;

        Assert.True(nothing == new Shape());
        Assert.Equal(new Shape().GetHashCode(), nothing.GetHashCode());
        Assert.Equal((0, 1, ""), (nothing.Rank, nothing.Count, nothing.ToString()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Sizes_must_be_positive(int size) => Assert.Throws<ArgumentOutOfRangeException>(() => new Shape(3, size, 5));

    [Fact]
    public void A_count_that_no_int_holds_is_refused() => Assert.Throws<OverflowException>(() => new Shape(1 << 16, 1 << 16).Count);
}

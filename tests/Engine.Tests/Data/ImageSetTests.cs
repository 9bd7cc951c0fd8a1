using CifarFast.Engine.Data;

namespace CifarFast.Engine.Tests.Data;

public sealed class ImageSetTests
{
    private readonly byte[] _pixels = [.. Enumerable.Range(0, 4 * 6).Select(value => (byte)value)];
    private readonly byte[] _labels = [3, 1, 4, 1];

    private ImageSet Images => new(channels: 2, height: 1, width: 3, _pixels, _labels);

    [Fact]
    public void Gives_each_image_its_own_bytes()
    {
        Assert.Equal((2, 1, 3, 4), (Images.Channels, Images.Height, Images.Width, Images.Count));
        Assert.Equal(_labels, Images.Labels.ToArray());
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(_pixels[(i * 6)..((i + 1) * 6)], Images.Pixels(i).ToArray());
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 3)]
    [InlineData(4, 4)]
    [InlineData(5, 4)]
    public void Takes_the_first_images_or_all(int count, int expected)
    {
        ImageSet taken = Images.Take(count);
        Assert.Equal(expected, taken.Count);
        Assert.Equal(_labels[..expected], taken.Labels.ToArray());
        Assert.All(Enumerable.Range(0, expected), i => Assert.Equal(Images.Pixels(i).ToArray(), taken.Pixels(i).ToArray()));
    }

    [Fact]
    public void Refuses_what_does_not_exist()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = Images.Pixels(4).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = Images.Pixels(-1).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => Images.Take(-1));
        Assert.Throws<ArgumentException>(() => new ImageSet(2, 1, 3, _pixels.AsMemory(1), _labels));
    }
}

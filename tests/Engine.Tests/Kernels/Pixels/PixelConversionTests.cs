using CifarFast.Engine.Kernels.Pixels;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Tests.Kernels.Pixels;

public class PixelConversionTests
{
    [Theory]
    [InlineData(1, 1, 1, 0)]
    [InlineData(3, 2, 5, 0)]
    [InlineData(3, 32, 32, 1)]
    [InlineData(4, 5, 2, 2)]
    public void Pixels_are_divided_by_255_and_placed_inside_the_border(int channels, int height, int width, int border)
    {
        var layout = new SampleLayout(channels, height, width, border);
        byte[] planes = [.. Enumerable.Range(0, layout.Features).Select(i => (byte)(i * 7))];
        using var memory = new GuardedMemory(GuardSide.Behind);
        Span<float> sample = memory.Allocate(layout.Size);
        PixelConversion.Run(planes, layout, sample);

        memory.AssertIntact();
        Assert.Equal(planes.Select(value => value / 255f), Samples.Take(layout, sample));
    }

    [Fact]
    public void Every_byte_has_its_float()
    {
        float[] sample = new float[256];
        PixelConversion.Run([.. Enumerable.Range(0, 256).Select(value => (byte)value)], new SampleLayout(1, 16, 16, 0), sample);

        Assert.Equal(0, sample[0]);
        Assert.Equal(1, sample[255]);
        Assert.Equal(Enumerable.Range(0, 256).Select(value => (float)(value / 255.0)), sample);
    }

    [Fact]
    public void Spans_of_wrong_lengths_are_refused()
    {
        var layout = new SampleLayout(3, 4, 5, 1);
        Assert.ThrowsAny<ArgumentException>(() => PixelConversion.Run(new byte[59], layout, new float[layout.Size]));
        Assert.ThrowsAny<ArgumentException>(() => PixelConversion.Run(new byte[61], layout, new float[layout.Size]));
        // The last pixel is the last thing inside the border.
        Assert.ThrowsAny<ArgumentException>(() => PixelConversion.Run(new byte[60], layout, new float[layout.Offset(3, 4) + 2]));
    }
}

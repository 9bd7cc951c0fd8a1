using CifarFast.Engine.Data;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Tests.Data;

/// <summary>Views of images against the definition: pad by a reflected pixel, cut out, mirror.</summary>
public class ImageViewsTests
{
    [Theory]
    [InlineData(3, 32, 32)]
    [InlineData(1, 5, 7)]
    [InlineData(3, 7, 2)]
    [InlineData(4, 2, 3)]
    public void They_are_cut_out_of_padded_images(int channels, int height, int width)
    {
        var shape = new Shape(channels, height, width);
        byte[] pixels = [.. Enumerable.Range(0, 3 * shape.Count).Select(i => (byte)((i * 37) + (i / 11)))];
        var images = new ImageSet(channels, height, width, pixels, new[] { 2, 0, 1 });
        var views = new ImageViews(capacity: 3, shape);
        foreach (ImageSet some in new[] { images, images.Slice(1, 2), images.Take(1) })
        {
            foreach (int shift in new[] { -1, 0, 1 })
            {
                foreach (bool mirrored in new[] { false, true })
                {
                    ImageSet view = views.Of(some, shift, mirrored);
                    Assert.Equal(some.Labels, view.Labels);
                    Assert.All(Enumerable.Range(0, some.Count), i => Assert.Equal(Expected(some.Pixels(i).ToArray(), shape, shift, mirrored), view.Pixels(i).ToArray()));
                }
            }
        }
    }

    [Theory]
    [InlineData(1, 32, false)]
    [InlineData(32, 1, false)]
    [InlineData(2, 2, true)]
    public void Only_what_has_a_pixel_beside_its_edge_can_be_moved(int height, int width, bool can) =>
        Assert.Equal(can, ImageViews.CanShift(new Shape(3, height, width)));

    [Fact]
    public void A_pixel_wide_image_can_be_mirrored()
    {
        var images = new ImageSet(1, 3, 1, new byte[] { 1, 2, 3 }, new int[1]);
        Assert.Equal(images.Pixels(0), new ImageViews(1, images.Shape).Of(images, shift: 0, mirrored: true).Pixels(0));
    }

    /// <summary>As torch.nn.functional.pad(image, (1, 1, 1, 1), "reflect")[:, 1 + shift:, 1 + shift:], of the image's size, and flip(-1).</summary>
    private static byte[] Expected(byte[] image, Shape shape, int shift, bool mirrored)
    {
        (int channels, int height, int width) = (shape[0], shape[1], shape[2]);
        var view = new List<byte>();
        for (int channel = 0; channel < channels; channel++)
        {
            byte[][] rows = [.. Enumerable.Range(0, height).Select(y => image.AsSpan(((channel * height) + y) * width, width).ToArray())];
            byte[][] padded = [.. Pad(rows).Select(row => Pad(row))];
            foreach (byte[] row in padded.Skip(1 + shift).Take(height))
            {
                byte[] cut = [.. row.Skip(1 + shift).Take(width)];
                view.AddRange(mirrored ? cut.Reverse() : cut);
            }
        }

        return [.. view];
    }

    private static T[] Pad<T>(T[] line) => line.Length == 1 ? [line[0], line[0], line[0]] : [line[1], .. line, line[^2]];
}

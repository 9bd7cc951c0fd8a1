using CifarFast.Engine.Data;

namespace CifarFast.Trainer.Images;

/// <summary>Makes grey of colours.</summary>
internal static class Luma
{
    /// <summary>
    /// The brightness of each pixel by the weights of ITU-R BT.601, as most programs make grey of colours: 0.299 red, 0.587 green and 0.114 blue, rounded. What
    /// is grey already stays as it is.
    /// </summary>
    /// <param name="planes">Red, green and blue, plane by plane.</param>
    /// <returns>One plane.</returns>
    public static byte[] Of(ReadOnlySpan<byte> planes)
    {
        const int sum = 1000;
        int plane = planes.Length / 3;
        byte[] grey = new byte[plane];
        for (int i = 0; i < plane; i++)
        {
            grey[i] = (byte)(((299 * planes[i]) + (587 * planes[plane + i]) + (114 * planes[(2 * plane) + i]) + (sum / 2)) / sum);
        }

        return grey;
    }

    /// <summary>The same of all images of a set.</summary>
    public static ImageSet Of(ImageSet images)
    {
        int plane = images.Height * images.Width;
        int perBlock = ImageSet.ImagesPerBlock(channels: 1, images.Height, images.Width);
        ReadOnlyMemory<byte>[] blocks =
        [
            .. Enumerable.Range(0, images.Count).Chunk(perBlock).Select(block =>
            {
                byte[] pixels = new byte[block.Length * plane];
                for (int i = 0; i < block.Length; i++)
                {
                    Of(images.Pixels(block[i])).CopyTo(pixels, i * plane);
                }

                return (ReadOnlyMemory<byte>)pixels;
            }),
        ];
        var grey = new ImageSet(channels: 1, images.Height, images.Width, blocks, perBlock, images.Labels.ToArray());
        return images.Count > 0 && images.Name(0) is not null ? grey.WithNames(Enumerable.Range(0, images.Count).Select(i => images.Name(i)!).ToArray()) : grey;
    }
}

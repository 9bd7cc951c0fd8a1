using CifarFast.Engine.Randomness;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Data.Transforms;

/// <summary>
/// Moves an image by whole pixels, along each axis as far as is drawn, every number from −<paramref name="Pixels"/> to <paramref name="Pixels"/>
/// equally likely. With zeros outside of the image this is torchvision.transforms.RandomCrop of the image's own size with that padding.
/// </summary>
/// <param name="Pixels">How far at most, at least 1; with reflection less than the image is high and wide.</param>
/// <param name="Padding">What comes in at the edges.</param>
public sealed record RandomTranslate(int Pixels, PaddingMode Padding = PaddingMode.Reflect) : Transform
{
    /// <summary>"TRAN" in ASCII.</summary>
    private const uint Kind = 0x5452414E;

    /// <summary>How far at most, at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive, or more than any image has.</exception>
    public int Pixels { get; init => field = Checked(value); } = Checked(Pixels);

    internal override string? FindFault(Shape image) => Padding == PaddingMode.Reflect && Pixels >= Math.Min(image[1], image[2])
        ? $"images of {image} have no {Pixels} pixels beside their edge to reflect: the translation must be smaller"
        : null;

    internal override void Apply(in TransformKey key, ImagePlanes image)
    {
        Xoshiro256 random = key.Random(Kind);
        int down = random.NextInt32((2 * Pixels) + 1) - Pixels;
        int right = random.NextInt32((2 * Pixels) + 1) - Pixels;
        image.Pixels.CopyTo(image.Spare);
        for (int channel = 0; channel < image.Channels; channel++)
        {
            for (int row = 0; row < image.Height; row++)
            {
                Span<float> to = image.Row(channel, row);
                if (Source(row - down, image.Height) is int from)
                {
                    MoveRow(image.RowOf(image.Spare, channel, from), right, to);
                }
                else
                {
                    to.Clear();
                }
            }
        }
    }

    /// <summary>Writes a row moved to the right.</summary>
    private void MoveRow(ReadOnlySpan<float> from, int right, Span<float> to)
    {
        int width = to.Length;
        int first = Math.Clamp(right, 0, width);
        int end = Math.Clamp(width + right, 0, width);
        if (first < end)
        {
            from.Slice(first - right, end - first).CopyTo(to[first..end]);
        }

        for (int column = 0; column < first; column++)
        {
            to[column] = Source(column - right, width) is int inside ? from[inside] : 0;
        }

        for (int column = end; column < width; column++)
        {
            to[column] = Source(column - right, width) is int inside ? from[inside] : 0;
        }
    }

    /// <summary>Which pixel of a row or column of <paramref name="length"/> stands at a place that may be outside; null where it is a zero.</summary>
    private int? Source(int place, int length) =>
        place >= 0 && place < length ? place
        : Padding == PaddingMode.Zeros ? null
        : place < 0 ? -place
        : (2 * (length - 1)) - place;

    private static int Checked(int pixels) => pixels is > 0 and <= short.MaxValue
        ? pixels
        : throw new ArgumentOutOfRangeException(nameof(Pixels), pixels, $"a translation must be by 1 to {short.MaxValue} pixels");
}

using CifarFast.Engine.Randomness;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Data.Transforms;

/// <summary>
/// Covers a square of an image (DeVries and Taylor 2017, "Improved Regularization of Convolutional Neural Networks with Cutout"). The square lies
/// inside the image as a whole, everywhere equally likely, as hlb-CIFAR10 and airbench have it; in the paper its centre does, so that parts of it
/// may be cut off.
/// </summary>
/// <param name="Size">Pixels of a side of the square, at least 1 and at most what the image has.</param>
public sealed record Cutout(int Size) : Transform
{
    /// <summary>"CUTO" in ASCII.</summary>
    private const uint Kind = 0x4355544F;

    /// <summary>Pixels of a side of the square, at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive.</exception>
    public int Size { get; init => field = Checked(value); } = Checked(Size);

    /// <summary>
    /// What the square is filled with, a number for each channel; empty for zeros. Where a network normalises its input, the mean of the channel is
    /// what becomes zero.
    /// </summary>
    /// <exception cref="ArgumentException">A number is not finite.</exception>
    public IReadOnlyList<float> Fill { get; init => field = ChannelValues.Checked(value, nameof(Fill)); } = [];

    internal override string? FindFault(Shape image) =>
        Size > Math.Min(image[1], image[2]) ? $"images of {image} have no square of {Size} pixels to cut out"
        : ChannelValues.FindFault(Fill, image, "what cutout fills its square with");

    internal override void Apply(in TransformKey key, ImagePlanes image)
    {
        Xoshiro256 random = key.Random(Kind);
        int top = random.NextInt32(image.Height - Size + 1);
        int left = random.NextInt32(image.Width - Size + 1);
        for (int channel = 0; channel < image.Channels; channel++)
        {
            for (int row = top; row < top + Size; row++)
            {
                image.Row(channel, row).Slice(left, Size).Fill(ChannelValues.Of(Fill, channel, otherwise: 0));
            }
        }
    }

    private static int Checked(int size) => size > 0
        ? size
        : throw new ArgumentOutOfRangeException(nameof(Size), size, "the side of a cutout must be at least 1 pixel");
}

using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Data.Transforms;

/// <summary>
/// Makes the contrast of an image larger or smaller: each pixel's difference to <see cref="Centre"/> is multiplied by one number for the image,
/// uniform in 1 ± <paramref name="Amount"/>. Pixels are not cut off at 0 and 1. So do the recipes that followed airbench; torchvision's ColorJitter
/// has the mean grey of the image as its centre.
/// </summary>
/// <param name="Amount">The largest difference of the factor to 1, above 0 and at most 1.</param>
public sealed record RandomContrast(float Amount) : Transform
{
    /// <summary>"CONT" in ASCII.</summary>
    private const uint Kind = 0x434F4E54;

    private const float Grey = 0.5f;

    /// <summary>The largest difference of the factor to 1, above 0 and at most 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not above 0 and at most 1.</exception>
    public float Amount { get; init => field = Checked(value); } = Checked(Amount);

    /// <summary>
    /// What stays as it is, a number for each channel; empty for 0.5. With the mean that a network takes from its input, contrast is that of
    /// normalised images.
    /// </summary>
    /// <exception cref="ArgumentException">A number is not finite.</exception>
    public IReadOnlyList<float> Centre { get; init => field = ChannelValues.Checked(value, nameof(Centre)); } = [];

    internal override string? FindFault(Shape image) => ChannelValues.FindFault(Centre, image, "the centre of a contrast");

    internal override void Apply(in TransformKey key, ImagePlanes image)
    {
        float factor = key.Random(Kind).NextSingle(1 - Amount, 1 + Amount);
        for (int channel = 0; channel < image.Channels; channel++)
        {
            float centre = ChannelValues.Of(Centre, channel, otherwise: Grey);
            foreach (ref float pixel in image.Plane(channel))
            {
                pixel = centre + (factor * (pixel - centre));
            }
        }
    }

    private static float Checked(float amount) => amount is > 0 and <= 1
        ? amount
        : throw new ArgumentOutOfRangeException(nameof(Amount), amount, "the amount of a contrast must be above 0 and at most 1");
}

using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Data.Transforms;

/// <summary>
/// Makes an image brighter or darker: one number for the image, uniform in ±<paramref name="Amount"/>, is added to all its pixels. They are not cut
/// off at 0 and 1. So do the recipes that followed airbench; torchvision's ColorJitter multiplies instead.
/// </summary>
/// <param name="Amount">The most that is added or taken away, above 0, where black is 0 and white is 1.</param>
public sealed record RandomBrightness(float Amount) : Transform
{
    /// <summary>"BRIG" in ASCII.</summary>
    private const uint Kind = 0x42524947;

    /// <summary>The most that is added or taken away, above 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not a positive number.</exception>
    public float Amount { get; init => field = Checked(value); } = Checked(Amount);

    /// <summary>
    /// What <see cref="Amount"/> is a multiple of, a number for each channel; empty for 1. With the deviation that a network divides its input by,
    /// brightness is that of normalised images.
    /// </summary>
    /// <exception cref="ArgumentException">A number is not finite.</exception>
    public IReadOnlyList<float> Deviation { get; init => field = ChannelValues.Checked(value, nameof(Deviation)); } = [];

    internal override string? FindFault(Shape image) => ChannelValues.FindFault(Deviation, image, "the deviation of a brightness");

    internal override void Apply(in TransformKey key, ImagePlanes image)
    {
        float amount = key.Random(Kind).NextSingle(-Amount, Amount);
        for (int channel = 0; channel < image.Channels; channel++)
        {
            float added = amount * ChannelValues.Of(Deviation, channel, otherwise: 1);
            foreach (ref float pixel in image.Plane(channel))
            {
                pixel += added;
            }
        }
    }

    private static float Checked(float amount) => float.IsFinite(amount) && amount > 0
        ? amount
        : throw new ArgumentOutOfRangeException(nameof(Amount), amount, "the amount of a brightness must be above 0");
}

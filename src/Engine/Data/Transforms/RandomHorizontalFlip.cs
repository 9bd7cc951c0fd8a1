namespace CifarFast.Engine.Data.Transforms;

/// <summary>Mirrors an image left to right, or leaves it, each time at random, as torchvision.transforms.RandomHorizontalFlip does.</summary>
/// <param name="Probability">How often it is mirrored, from 0 to 1.</param>
public sealed record RandomHorizontalFlip(double Probability = 0.5) : Transform
{
    /// <summary>"FLIP" in ASCII.</summary>
    private const uint Kind = 0x464C4950;

    /// <summary>How often an image is mirrored, from 0 to 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not from 0 to 1.</exception>
    public double Probability { get; init => field = Checked(value); } = Checked(Probability);

    internal override void Apply(in TransformKey key, ImagePlanes image)
    {
        if (key.Random(Kind).NextDouble() < Probability)
        {
            Mirror(image);
        }
    }

    /// <summary>Mirrors an image left to right.</summary>
    internal static void Mirror(ImagePlanes image)
    {
        for (int channel = 0; channel < image.Channels; channel++)
        {
            for (int row = 0; row < image.Height; row++)
            {
                image.Row(channel, row).Reverse();
            }
        }
    }

    private static double Checked(double probability) => probability is >= 0 and <= 1
        ? probability
        : throw new ArgumentOutOfRangeException(nameof(Probability), probability, "the probability of a flip must be from 0 to 1");
}

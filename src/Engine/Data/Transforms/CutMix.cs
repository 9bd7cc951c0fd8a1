using CifarFast.Engine.Randomness;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Data.Transforms;

/// <summary>
/// Puts a rectangle of another image of the batch into an image, and mixes their classes by area (Yun and others 2019, "CutMix: Regularization
/// Strategy to Train Strong Classifiers with Localizable Features"). As in the authors' code, the rectangle has the proportions of the image, its
/// centre is anywhere in it, and what reaches beyond an edge is cut off; the share is what the image has left then. Each image draws a rectangle of
/// its own, where that code has one for a whole batch.
/// </summary>
/// <param name="Alpha">Both shapes of the beta distribution of the share before anything is cut off, from 0.001 to 1000.</param>
public sealed record CutMix(double Alpha) : MixingTransform(Alpha)
{
    /// <summary>"CUTM" in ASCII.</summary>
    private const uint Kind = 0x4355544D;

    internal override float Share(in TransformKey key, Shape image)
    {
        (_, _, int height, int width) = Rectangle(key, image);
        return 1 - ((float)((long)height * width) / ((long)image[1] * image[2]));
    }

    internal override void Apply(in TransformKey key, ImagePlanes image)
    {
        (int top, int left, int height, int width) = Rectangle(key, image.Shape);
        for (int channel = 0; channel < image.Channels; channel++)
        {
            for (int row = top; row < top + height; row++)
            {
                image.RowOf(image.Partner, channel, row).Slice(left, width).CopyTo(image.Row(channel, row)[left..]);
            }
        }
    }

    private (int Top, int Left, int Height, int Width) Rectangle(in TransformKey key, Shape image)
    {
        Xoshiro256 random = key.Random(Kind);
        double side = Math.Sqrt(1 - NextShare(ref random));
        (int top, int height) = Stretch(random.NextInt32(image[1]), (int)(side * image[1]), image[1]);
        (int left, int width) = Stretch(random.NextInt32(image[2]), (int)(side * image[2]), image[2]);
        return (top, left, height, width);
    }

    /// <summary>What lies within <paramref name="size"/> of a stretch around a centre.</summary>
    private static (int First, int Length) Stretch(int centre, int length, int size)
    {
        int first = Math.Max(centre - (length / 2), 0);
        return (first, Math.Min(centre + (length / 2), size) - first);
    }
}

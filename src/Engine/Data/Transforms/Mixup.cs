using CifarFast.Engine.Randomness;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Data.Transforms;

/// <summary>
/// Blends an image with another one of its batch, and their classes alike: <c>share · image + (1 - share) · other</c> (Zhang, Cisse, Dauphin and
/// Lopez-Paz 2018, "mixup: Beyond Empirical Risk Minimization"). Each image draws a share of its own, where the authors' code has one for a whole
/// batch.
/// </summary>
/// <param name="Alpha">Both shapes of the beta distribution of the share, from 0.001 to 1000.</param>
public sealed record Mixup(double Alpha) : MixingTransform(Alpha)
{
    /// <summary>"MIXU" in ASCII.</summary>
    private const uint Kind = 0x4D495855;

    internal override float Share(in TransformKey key, Shape image)
    {
        Xoshiro256 random = key.Random(Kind);
        return (float)NextShare(ref random);
    }

    internal override void Apply(in TransformKey key, ImagePlanes image)
    {
        float share = Share(key, image.Shape);
        Span<float> pixels = image.Pixels;
        ReadOnlySpan<float> partner = image.Partner;
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (share * pixels[i]) + ((1 - share) * partner[i]);
        }
    }
}

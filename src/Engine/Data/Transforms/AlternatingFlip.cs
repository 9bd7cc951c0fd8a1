namespace CifarFast.Engine.Data.Transforms;

/// <summary>
/// Mirrors each image left to right every other epoch, so that two epochs in a row show both sides of all of them. Which images begin mirrored is
/// random (Jordan 2024, "94% on CIFAR-10 in 3.29 Seconds on a Single GPU", section 3.6).
/// </summary>
public sealed record AlternatingFlip : Transform
{
    /// <summary>"ALTF" in ASCII.</summary>
    private const uint Kind = 0x414C5446;

    internal override void Apply(in TransformKey key, ImagePlanes image)
    {
        bool first = (key with { Epoch = 0 }).Random(Kind).NextInt32(2) == 1;
        if (first != (key.Epoch % 2 == 1))
        {
            RandomHorizontalFlip.Mirror(image);
        }
    }
}

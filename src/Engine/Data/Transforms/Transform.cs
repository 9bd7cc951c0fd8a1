using System.Text.Json.Serialization;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Data.Transforms;

/// <summary>
/// What is done with each training image before the network takes it, as data. Its random numbers are a function of its kind and place in the list,
/// the seed, the epoch and the number of the image, so that the same image comes out whatever batch it is in and whichever thread is at it.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(RandomHorizontalFlip), nameof(RandomHorizontalFlip))]
[JsonDerivedType(typeof(AlternatingFlip), nameof(AlternatingFlip))]
[JsonDerivedType(typeof(RandomTranslate), nameof(RandomTranslate))]
[JsonDerivedType(typeof(Cutout), nameof(Cutout))]
[JsonDerivedType(typeof(RandomBrightness), nameof(RandomBrightness))]
[JsonDerivedType(typeof(RandomContrast), nameof(RandomContrast))]
[JsonDerivedType(typeof(Mixup), nameof(Mixup))]
[JsonDerivedType(typeof(CutMix), nameof(CutMix))]
public abstract record Transform
{
    /// <summary>What of a list no images can be transformed by, for a person to read, or null.</summary>
    internal static string? FindFault(IReadOnlyList<Transform> transforms) =>
        transforms.Any(transform => transform is null) ? "a transform that is none"
        : transforms.OfType<MixingTransform>().Count() > 1 ? "two transforms that mix images"
        : null;

    /// <summary>Why images of a shape cannot be transformed so, for a person to read, or null.</summary>
    internal virtual string? FindFault(Shape image) => null;

    /// <summary>Transforms an image.</summary>
    /// <param name="key">What its random numbers are a function of.</param>
    /// <param name="image">The image, in place.</param>
    internal abstract void Apply(in TransformKey key, ImagePlanes image);
}

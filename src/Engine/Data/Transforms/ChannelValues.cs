using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Data.Transforms;

/// <summary>A number for each channel of an image; where a list is empty, the same one for all.</summary>
internal static class ChannelValues
{
    /// <summary>The number of a channel.</summary>
    public static float Of(IReadOnlyList<float> values, int channel, float otherwise) => values.Count == 0 ? otherwise : values[channel];

    /// <summary>
    /// A list as it is, where all in it are numbers; an empty one for null, which the serializer gives where a file says nothing of it.
    /// </summary>
    /// <exception cref="ArgumentException">A number is not finite.</exception>
    public static IReadOnlyList<float> Checked(IReadOnlyList<float>? values, string name) => values is null ? []
        : values.All(float.IsFinite) ? values
        : throw new ArgumentException("the numbers of channels must be finite", name);

    /// <summary>Why a list cannot be that of images of a shape, or null.</summary>
    public static string? FindFault(IReadOnlyList<float> values, Shape image, string what) => values.Count == 0 || values.Count == image[0]
        ? null
        : $"images of {image} have {Quantity.Of(image[0], "channel")}, but {what} has numbers for {values.Count}";
}

using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Pixels;

/// <summary>From the bytes of a data set to the floats of a network's input.</summary>
internal static class PixelConversion
{
    private static readonly float[] Scaled = [.. Enumerable.Range(0, 256).Select(value => value / 255f)];

    /// <summary>
    /// Writes the pixels of an image, divided by 255, inside the border of <paramref name="sample"/>.
    /// </summary>
    /// <param name="planes">Channels × height × width bytes, plane by plane and row by row.</param>
    /// <param name="layout">How the sample lies in memory.</param>
    /// <param name="sample">The sample.</param>
    public static void Run(ReadOnlySpan<byte> planes, SampleLayout layout, Span<float> sample)
    {
        int plane = layout.Height * layout.Width;
        ArgumentOutOfRangeException.ThrowIfNotEqual(planes.Length, layout.Features, nameof(planes));
        ReadOnlySpan<float> scaled = Scaled;
        for (int channel = 0; channel < layout.Channels; channel++)
        {
            for (int row = 0; row < layout.Height; row++)
            {
                ReadOnlySpan<byte> from = planes.Slice((channel * plane) + (row * layout.Width), layout.Width);
                Span<float> to = sample.Slice(layout.Offset(row, 0) + channel, ((layout.Width - 1) * layout.Channels) + 1);
                for (int column = 0; column < from.Length; column++)
                {
                    to[column * layout.Channels] = scaled[from[column]];
                }
            }
        }
    }

    /// <summary>Writes the pixels of an image, divided by 255, in the order that they are in.</summary>
    /// <param name="pixels">The bytes.</param>
    /// <param name="planes">As many floats.</param>
    public static void ToPlanes(ReadOnlySpan<byte> pixels, Span<float> planes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(planes.Length, pixels.Length, nameof(planes));
        ReadOnlySpan<float> scaled = Scaled;
        for (int i = 0; i < pixels.Length; i++)
        {
            planes[i] = scaled[pixels[i]];
        }
    }

    /// <summary>Writes an image of floats inside the border of <paramref name="sample"/>.</summary>
    /// <param name="planes">Channels × height × width floats, plane by plane and row by row.</param>
    /// <param name="layout">How the sample lies in memory.</param>
    /// <param name="sample">The sample.</param>
    public static void FromPlanes(ReadOnlySpan<float> planes, SampleLayout layout, Span<float> sample)
    {
        int plane = layout.Height * layout.Width;
        ArgumentOutOfRangeException.ThrowIfNotEqual(planes.Length, layout.Features, nameof(planes));
        for (int channel = 0; channel < layout.Channels; channel++)
        {
            for (int row = 0; row < layout.Height; row++)
            {
                ReadOnlySpan<float> from = planes.Slice((channel * plane) + (row * layout.Width), layout.Width);
                Span<float> to = sample.Slice(layout.Offset(row, 0) + channel, ((layout.Width - 1) * layout.Channels) + 1);
                for (int column = 0; column < from.Length; column++)
                {
                    to[column * layout.Channels] = from[column];
                }
            }
        }
    }
}

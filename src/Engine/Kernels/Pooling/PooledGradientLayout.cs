using System.Runtime.InteropServices;

namespace CifarFast.Engine.Kernels.Pooling;

/// <summary>
/// The gradient of an image that was max-pooled, as a list of what is not zero in it: of a window and channel only the maximum has a
/// gradient, and where ReLU follows not even each of these. The lists, one for each channel, are cut into bands of window
/// rows, so that whoever goes through a band channel by channel finds the band's pixels in the L1 cache.
/// <para>
/// In memory: how many entries each list has, then the entries' pixels (both as the bits of integers), then their gradients; the
/// list of a band and channel has room for as many entries as the band has windows. Pixels are counted in rows of
/// <see cref="Pitch"/>.
/// </para>
/// </summary>
/// <param name="Pooling">The pooling; its windows do not overlap.</param>
/// <param name="Pitch">Pixels from a row to the next in whatever the reader lays the numbers of pixels over.</param>
/// <param name="BandRows">Window rows of a band.</param>
internal sealed unsafe record PooledGradientLayout(PoolingGeometry Pooling, int Pitch, int BandRows)
{
    private readonly int[] _pixelOfIndex =
        [.. Enumerable.Range(0, Pooling.Window * Pooling.Window).Select(index => (index / Pooling.Window * Pitch) + (index % Pooling.Window))];

    /// <summary>Lists of a band.</summary>
    public int Channels => Pooling.Output.Channels;

    /// <summary>How many bands there are.</summary>
    public int Bands => (Pooling.Output.Height + BandRows - 1) / BandRows;

    /// <summary>Entries a list has room for.</summary>
    public int Capacity => BandRows * Pooling.Output.Width;

    /// <summary>Floats of all lists.</summary>
    public int Length => Lists * (1 + (2 * Capacity));

    private int Lists => Bands * Channels;

    /// <summary>How many entries each list has, band by band and channel by channel.</summary>
    public ReadOnlySpan<int> Counts(ReadOnlySpan<float> lists) => MemoryMarshal.Cast<float, int>(lists[..Lists]);

    /// <summary>The entries' pixels, <see cref="Capacity"/> a list.</summary>
    public ReadOnlySpan<int> Pixels(ReadOnlySpan<float> lists) => MemoryMarshal.Cast<float, int>(lists.Slice(Lists, Lists * Capacity));

    /// <summary>The entries' gradients, <see cref="Capacity"/> a list.</summary>
    public ReadOnlySpan<float> Values(ReadOnlySpan<float> lists) => lists.Slice(Lists * (1 + Capacity), Lists * Capacity);

    /// <summary>Writes the lists.</summary>
    /// <param name="argMax">Where the maxima were in their windows, as <see cref="IMaxPool.Forward"/> says.</param>
    /// <param name="outputGradient">The gradient with respect to the pooled image.</param>
    /// <param name="lists">The lists.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public void Gather(ReadOnlySpan<float> argMax, ReadOnlySpan<float> outputGradient, Span<float> lists)
    {
        Pooling.ArgMax.Check(argMax, nameof(argMax));
        Pooling.OutputGradient.Check(outputGradient, nameof(outputGradient));
        ArgumentOutOfRangeException.ThrowIfLessThan(lists.Length, Length);
        lists[..Lists].Clear();
        fixed (int* pixelOfIndex = _pixelOfIndex)
        fixed (float* p = argMax, dy = outputGradient, l = lists)
        {
            int* counts = (int*)l;
            int* pixels = counts + Lists;
            float* values = l + (Lists * (1 + (nint)Capacity));
            for (int row = 0; row < Pooling.Output.Height; row++)
            {
                nint list = (nint)(row / BandRows) * Channels;
                for (int column = 0; column < Pooling.Output.Width; column++)
                {
                    GatherWindow(
                        Channels,
                        p + Pooling.ArgMax.Offset(row, column),
                        dy + Pooling.OutputGradient.Offset(row, column),
                        ((row * Pitch) + column) * Pooling.Stride,
                        pixelOfIndex,
                        counts + list,
                        pixels + (list * Capacity),
                        values + (list * Capacity),
                        Capacity);
                }
            }
        }
    }

    /// <summary>Adds a window to the lists of its band.</summary>
    private static void GatherWindow(
        int channels, float* argMax, float* gradients, int pixel, int* pixelOfIndex, int* counts, int* pixels, float* values, nint capacity)
    {
        for (nint channel = 0; channel < channels; channel++)
        {
            int index = float.ConvertToIntegerNative<int>(argMax[channel]);
            float gradient = gradients[channel];
            nint count = counts[channel];
            values[count] = gradient;
            pixels[count] = pixel + pixelOfIndex[index];

            // A branch could not be predicted: an entry of zero is overwritten by the next one. The sign is shifted out.
            counts[channel] = (int)count + (BitConverter.SingleToUInt32Bits(gradient) << 1 != 0 ? 1 : 0);
            pixels += capacity;
            values += capacity;
        }
    }
}

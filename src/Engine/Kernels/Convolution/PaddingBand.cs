namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>
/// Neighbours along one side of an image (or of a kernel) that meet the same taps inside the image: all others would multiply zeros of
/// the border.
/// </summary>
/// <param name="First">The first of the neighbours.</param>
/// <param name="Count">How many there are.</param>
/// <param name="FirstTap">The first tap that is inside.</param>
/// <param name="Taps">How many are, one after another; none for neighbours that see nothing but border.</param>
internal readonly record struct PaddingBand(int First, int Count, int FirstTap, int Taps)
{
    /// <summary>
    /// Cuts <paramref name="count"/> positions into bands: position p and tap t meet at p·<paramref name="step"/> +
    /// t·<paramref name="tapStep"/> + <paramref name="origin"/>, which is inside from 0 to <paramref name="size"/> - 1.
    /// </summary>
    public static PaddingBand[] Cut(int count, int step, int taps, int tapStep, int origin, int size)
    {
        var bands = new List<PaddingBand>();
        for (int position = 0; position < count; position++)
        {
            int[] inside = [.. Enumerable.Range(0, taps).Where(tap => (uint)((position * step) + (tap * tapStep) + origin) < (uint)size)];
            var band = new PaddingBand(position, 1, inside.FirstOrDefault(), inside.Length);
            if (bands.Count > 0 && bands[^1] is var last && (last.FirstTap, last.Taps) == (band.FirstTap, band.Taps))
            {
                bands[^1] = last with { Count = last.Count + 1 };
            }
            else
            {
                bands.Add(band);
            }
        }

        return [.. bands];
    }
}

namespace CifarFast.Trainer.Images;

/// <summary>Makes grey of colours.</summary>
internal static class Luma
{
    /// <summary>
    /// The brightness of each pixel by the weights of ITU-R BT.601, as most programs make grey of colours: 0.299 red, 0.587 green and 0.114 blue, rounded. What
    /// is grey already stays as it is.
    /// </summary>
    /// <param name="planes">Red, green and blue, plane by plane.</param>
    /// <returns>One plane.</returns>
    public static byte[] Of(ReadOnlySpan<byte> planes)
    {
        const int sum = 1000;
        int plane = planes.Length / 3;
        byte[] grey = new byte[plane];
        for (int i = 0; i < plane; i++)
        {
            grey[i] = (byte)(((299 * planes[i]) + (587 * planes[plane + i]) + (114 * planes[(2 * plane) + i]) + (sum / 2)) / sum);
        }

        return grey;
    }
}

namespace CifarFast.Trainer.Images;

/// <summary>
/// Which pixels of a line make up each pixel of a longer or shorter one: Catmull-Rom's cubic, stretched when the line gets shorter, so
/// that what is too fine for it is averaged away. A line that keeps its length keeps its values to the bit.
/// </summary>
/// <param name="First">The first pixel that counts.</param>
/// <param name="Weights">How much it and the following ones count; together 1.</param>
internal readonly record struct CubicFilter(int First, float[] Weights)
{
    /// <summary>How far the kernel reaches to either side.</summary>
    private const int Reach = 2;

    /// <summary>A filter for each of <paramref name="target"/> pixels in place of <paramref name="source"/>.</summary>
    public static CubicFilter[] Of(int source, int target) => [.. Enumerable.Range(0, target).Select(pixel => Of(source, target, pixel))];

    private static CubicFilter Of(int source, int target, int pixel)
    {
        double scale = (double)source / target;
        double stretch = Math.Max(1, scale);
        double centre = (pixel + 0.5) * scale;
        int first = Math.Max(0, (int)Math.Floor(centre - (Reach * stretch)));
        int end = Math.Min(source, (int)Math.Ceiling(centre + (Reach * stretch)));

        // At the edges the kernel hangs over: what is left of it has to come to 1 as well.
        double[] weights = [.. Enumerable.Range(first, end - first).Select(place => Kernel((place + 0.5 - centre) / stretch))];
        double sum = weights.Sum();
        return new CubicFilter(first, Array.ConvertAll(weights, weight => (float)(weight / sum)));
    }

    /// <summary>The cubic through its neighbours (Keys, 1981, with a = -1/2): 1 at 0, and 0 at all other whole numbers.</summary>
    private static double Kernel(double x)
    {
        x = Math.Abs(x);
        return x switch
        {
            < 1 => (((1.5 * x) - 2.5) * x * x) + 1,
            < Reach => (((((-0.5 * x) + 2.5) * x) - 4) * x) + 2,
            _ => 0,
        };
    }
}

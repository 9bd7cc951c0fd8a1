using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Tests.Kernels;

/// <summary>
/// Samples between PyTorch's order and their layout. They take exactly what a kernel may touch: the last one ends with its
/// size, not with its stride, and between two there are canaries.
/// </summary>
internal static class Samples
{
    /// <summary>Floats from the start of the first sample to the end of the last.</summary>
    public static int Length(SampleLayout layout, int samples = 1) => ((samples - 1) * layout.Stride) + layout.Size;

    /// <summary>Puts values, sample after sample in PyTorch's order, into samples with borders of zeros.</summary>
    public static float[] Place(SampleLayout layout, ReadOnlySpan<float> values)
    {
        int samples = values.Length / layout.Features;
        float[] placed = new float[Length(layout, samples)];
        placed.AsSpan().Fill(GuardedMemory.Canary);
        for (int n = 0; n < samples; n++)
        {
            placed.AsSpan(n * layout.Stride, layout.Size).Clear();
            for (int i = 0; i < layout.Features; i++)
            {
                placed[(n * layout.Stride) + layout.OffsetOfFeature(i)] = values[(n * layout.Features) + i];
            }
        }

        return placed;
    }

    /// <summary>
    /// Takes the values out of samples that were all canaries before a kernel wrote them; fails where it wrote a border or a gap.
    /// </summary>
    public static float[] Take(SampleLayout layout, ReadOnlySpan<float> placed, int samples = 1)
    {
        Assert.Equal(Length(layout, samples), placed.Length);
        float[] values = new float[samples * layout.Features];
        bool[] image = new bool[placed.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int at = (i / layout.Features * layout.Stride) + layout.OffsetOfFeature(i % layout.Features);
            values[i] = placed[at];
            image[at] = true;
        }

        for (int at = 0; at < placed.Length; at++)
        {
            if (!image[at] && !GuardedMemory.IsCanary(placed[at]))
            {
                Assert.Fail($"{placed[at]} was written outside the image, at {at} of {layout}");
            }
        }

        return values;
    }
}

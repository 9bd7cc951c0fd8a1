using CifarFast.Engine.Randomness;
using CifarFast.Engine.Tensors;

namespace CifarFast.Benchmarks;

/// <summary>Images to compute with: memory that was never written is one page of zeros for all, which would be read from the cache.</summary>
internal static class RandomImages
{
    /// <summary>Fills images, one behind the other, inside their borders.</summary>
    public static void Fill(Span<float> images, SampleLayout layout, int count, ulong seed)
    {
        var random = new Xoshiro256(seed);
        for (int image = 0; image < count; image++)
        {
            for (int row = 0; row < layout.Height; row++)
            {
                foreach (ref float value in images.Slice((image * layout.Stride) + layout.Offset(row, 0), layout.Width * layout.Channels))
                {
                    value = random.NextSingle(-1, 1);
                }
            }
        }
    }
}

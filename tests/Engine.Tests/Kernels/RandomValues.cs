using CifarFast.Engine.Randomness;

namespace CifarFast.Engine.Tests.Kernels;

/// <summary>Numbers of both signs for kernels; the same ones, or their absolute values, for the same seed.</summary>
internal sealed class RandomValues(ulong seed, bool absolute = false)
{
    private Xoshiro256 _random = new(seed);

    /// <summary>The next numbers between -1 and 1.</summary>
    public float[] Next(int count)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            float value = _random.NextSingle(-1, 1);
            values[i] = absolute ? Math.Abs(value) : value;
        }

        return values;
    }

    /// <summary>The next numbers out of a few, so that many are equal.</summary>
    public float[] NextOf(ReadOnlySpan<float> choices, int count)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = choices[_random.NextInt32(choices.Length)];
        }

        return values;
    }
}

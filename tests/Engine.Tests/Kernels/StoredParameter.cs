using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Tests.Kernels;

/// <summary>Parameters between PyTorch's order and the layout of an algorithm, whose padding is zero and stays so.</summary>
internal static class StoredParameter
{
    /// <summary>Puts values where the algorithm keeps them.</summary>
    public static float[] Place(ParameterLayout layout, ReadOnlySpan<float> values)
    {
        float[] stored = new float[layout.StoredLength];
        for (int i = 0; i < values.Length; i++)
        {
            stored[layout.StoredIndex(i)] = values[i];
        }

        return stored;
    }

    /// <summary>A parameter that has yet to be written: canaries, between zeros.</summary>
    public static float[] Unwritten(ParameterLayout layout, int count)
    {
        float[] canaries = new float[count];
        canaries.AsSpan().Fill(GuardedMemory.Canary);
        return Place(layout, canaries);
    }

    /// <summary>Takes the values out; fails where the padding is no longer zero.</summary>
    public static float[] Take(ParameterLayout layout, ReadOnlySpan<float> stored, int count)
    {
        Assert.Equal(layout.StoredLength, stored.Length);
        float[] values = new float[count];
        bool[] used = new bool[stored.Length];
        for (int i = 0; i < count; i++)
        {
            values[i] = stored[layout.StoredIndex(i)];
            used[layout.StoredIndex(i)] = true;
        }

        for (int at = 0; at < stored.Length; at++)
        {
            if (!used[at] && stored[at] != 0)
            {
                Assert.Fail($"{stored[at]} was written into padding, at {at}");
            }
        }

        return values;
    }
}

using System.Runtime.InteropServices;

namespace CifarFast.Engine.Kernels.Reduction;

/// <summary>Tells numbers from what is none.</summary>
internal static class Finite
{
    private const int WithoutSign = 0x7FFFFFFF;
    private const int Infinity = 0x7F800000;

    /// <summary>Whether no value is NaN or infinite. Without their sign the bits of floats are in the order of their values, NaN at the end.</summary>
    public static bool All(ReadOnlySpan<float> values)
    {
        int largest = 0;
        foreach (int bits in MemoryMarshal.Cast<float, int>(values))
        {
            largest = Math.Max(largest, bits & WithoutSign);
        }

        return largest < Infinity;
    }
}

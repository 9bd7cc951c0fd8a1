using CifarFast.Engine.Kernels.Elementwise;

namespace CifarFast.Engine.Kernels.Reduction;

/// <summary>Adds rows up, always from the first to the last, so that the sum does not depend on who made the rows.</summary>
internal static class OrderedSum
{
    /// <summary>Writes the sum of <paramref name="count"/> rows that start <paramref name="stride"/> floats apart.</summary>
    public static void Run(ElementwiseKernels elementwise, ReadOnlySpan<float> rows, int stride, int count, Span<float> sum)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegative(stride);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows.Length, ((count - 1) * (long)stride) + sum.Length, nameof(rows));
        rows[..sum.Length].CopyTo(sum);
        for (int row = 1; row < count; row++)
        {
            elementwise.Binary(new Add(), sum, rows.Slice(row * stride, sum.Length), sum);
        }
    }
}

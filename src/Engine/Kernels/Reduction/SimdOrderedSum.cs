using System.Runtime.CompilerServices;
using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Reduction;

/// <summary>The ordered sum a vector at a time; bitwise the same for every tier, as no order changes.</summary>
internal sealed unsafe class SimdOrderedSum<TVector> : IOrderedSum
    where TVector : struct, IVector<TVector>
{
    public void Sum(ReadOnlySpan<float> rows, int stride, int count, Span<float> sum)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegative(stride);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows.Length, ((count - 1) * (long)stride) + sum.Length, nameof(rows));
        fixed (float* x = rows, y = sum)
        {
            int i = 0;
            for (; i <= sum.Length - TVector.Count; i += TVector.Count)
            {
                Sum<TVector>(x + i, stride, count, y + i);
            }

            for (; i < sum.Length; i++)
            {
                Sum<Vector1>(x + i, stride, count, y + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Sum<T>(float* rows, nint stride, int count, float* sum)
        where T : struct, IVector<T>
    {
        T total = T.Load(rows);
        for (int row = 1; row < count; row++)
        {
            total = T.Add(total, T.Load(rows + (row * stride)));
        }

        T.Store(total, sum);
    }
}

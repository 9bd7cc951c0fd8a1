using System.Runtime.CompilerServices;
using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Reduction;

/// <summary>The ordered sum a vector at a time; bitwise the same for every tier, as no order changes.</summary>
internal sealed unsafe class SimdOrderedSum<TSimd, TVector> : IOrderedSum
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public void Sum(ReadOnlySpan<float> rows, int stride, int count, Span<float> sum)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegative(stride);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows.Length, ((count - 1) * (long)stride) + sum.Length, nameof(rows));
        fixed (float* x = rows, y = sum)
        {
            int i = 0;
            for (; i <= sum.Length - TSimd.Count; i += TSimd.Count)
            {
                Sum<TSimd, TVector>(x + i, stride, count, y + i);
            }

            for (; i < sum.Length; i++)
            {
                Sum<SimdScalar, float>(x + i, stride, count, y + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Sum<TS, T>(float* rows, nint stride, int count, float* sum)
        where TS : struct, ISimd<T>
        where T : struct
    {
        T total = TS.Load(rows);
        for (int row = 1; row < count; row++)
        {
            total = TS.Add(total, TS.Load(rows + (row * stride)));
        }

        TS.Store(total, sum);
    }
}

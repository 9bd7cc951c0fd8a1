using CommunityToolkit.HighPerformance;

namespace CifarFast.Engine.Kernels.Gemm;

/// <summary>The product of two matrices as its definition reads: the reference <see cref="Sgemm"/> is tested against.</summary>
internal static class NaiveSgemm
{
    /// <summary><c>C = op(A)·op(B)</c>, or <c>C += op(A)·op(B)</c>; sums are made in double precision.</summary>
    public static void Multiply(
        ReadOnlySpan2D<float> a, ReadOnlySpan2D<float> b, Span2D<float> c, bool transposeA, bool transposeB, bool accumulate)
    {
        int depth = transposeA ? a.Height : a.Width;
        for (int row = 0; row < c.Height; row++)
        {
            for (int column = 0; column < c.Width; column++)
            {
                double sum = accumulate ? c[row, column] : 0;
                for (int k = 0; k < depth; k++)
                {
                    sum += (double)(transposeA ? a[k, row] : a[row, k]) * (transposeB ? b[column, k] : b[k, column]);
                }

                c[row, column] = (float)sum;
            }
        }
    }
}

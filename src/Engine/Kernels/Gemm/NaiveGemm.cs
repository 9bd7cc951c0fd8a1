namespace CifarFast.Engine.Kernels.Gemm;

/// <summary>
/// The matrix product of a <see cref="GemmGeometry"/> as a textbook writes it: the reference <see cref="TiledGemm{TSimd,TVector}"/> is
/// tested against. Sums are made in double precision.
/// </summary>
internal static class NaiveGemm
{
    /// <summary><c>C = bias + A·B</c>, or <c>C += bias + A·B</c> where <see cref="GemmGeometry.Accumulate"/> is set.</summary>
    /// <param name="geometry">Sizes and strides.</param>
    /// <param name="panelWidth">Columns of a panel of B and C.</param>
    /// <param name="a">A, from row 0, step 0.</param>
    /// <param name="b">B, from step 0, column 0.</param>
    /// <param name="bias">One value a column, or empty for zeros.</param>
    /// <param name="c">C, from row 0, column 0.</param>
    public static void Multiply(
        in GemmGeometry geometry, int panelWidth, ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> bias, Span<float> c)
    {
        for (int segment = 0; segment < geometry.Segments; segment++)
        {
            for (int row = 0; row < geometry.Rows; row++)
            {
                for (int column = 0; column < geometry.Columns; column++)
                {
                    (int panel, int within) = Math.DivRem(column, panelWidth);
                    nint at = (segment * geometry.CSegment) + (row * geometry.CRow) + (panel * geometry.CPanel) + within;
                    double sum = bias.IsEmpty ? 0 : bias[column];
                    for (int run = 0; run < geometry.Runs; run++)
                    {
                        for (int step = 0; step < geometry.RunLength; step++)
                        {
                            nint left = (segment * geometry.ASegment) + (row * geometry.ARow) + (run * geometry.ARun) + (step * geometry.AStep);
                            nint right = (panel * geometry.BPanel) + (run * geometry.BRun) + (step * geometry.BStep) + within;
                            sum += (double)a[(int)left] * b[(int)right];
                        }
                    }

                    c[(int)at] = (float)(geometry.Accumulate ? c[(int)at] + sum : sum);
                }
            }
        }
    }
}

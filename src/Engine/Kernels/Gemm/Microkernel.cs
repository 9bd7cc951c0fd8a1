using System.Runtime.CompilerServices;
using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Gemm;

/// <summary>
/// The one microkernel behind every convolution and linear layer: a tile of C, up to 12 rows by 2 vectors, is kept in
/// registers while it goes once along K. <typeparamref name="TRows"/> and <typeparamref name="TColumns"/> are constants to the
/// JIT, which drops the rows and columns a tile lacks.
/// </summary>
/// <remarks>
/// Register budget: rows × columns accumulators + columns vectors of B + 1 scalar of A; at most 15 of 16 for 6 × 2 (128
/// and 256 bits on x64), 27 of 32 for 12 × 2 (512 bits, and 128 on Arm64). Rows are addressed from every third one, so that base + stride and
/// base + 2·stride fit x64's addressing modes.
/// </remarks>
internal static unsafe class Microkernel<TSimd, TVector, TRows, TColumns>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
    where TRows : struct, ICount
    where TColumns : struct, ICount
{
    /// <summary>
    /// <c>C = bias + A·B</c>, or <c>C += bias + A·B</c> where <see cref="GemmGeometry.Accumulate"/> is set.
    /// Where <see cref="GemmGeometry.Continue"/> is set, sums begin with C, and there is no bias.
    /// Reads and writes exactly rows × columns vectors of C; A, B and C must not overlap.
    /// </summary>
    /// <param name="geometry">Strides and length of K.</param>
    /// <param name="a">The element of A at the tile's first row and k = 0.</param>
    /// <param name="b">The element of B at k = 0 and the tile's first column.</param>
    /// <param name="bias">One value a column, or null for zeros.</param>
    /// <param name="c">The tile's first element of C.</param>
    public static void Run(in GemmGeometry geometry, float* a, float* b, float* bias, float* c)
    {
        TVector start0 = bias == null ? TSimd.Zero : TSimd.Load(bias);
        TVector start1 = bias == null || TColumns.Value < 2 ? TSimd.Zero : TSimd.Load(bias + TSimd.Count);
        TVector c00 = start0, c01 = start1;
        TVector c10 = start0, c11 = start1;
        TVector c20 = start0, c21 = start1;
        TVector c30 = start0, c31 = start1;
        TVector c40 = start0, c41 = start1;
        TVector c50 = start0, c51 = start1;
        TVector c60 = start0, c61 = start1;
        TVector c70 = start0, c71 = start1;
        TVector c80 = start0, c81 = start1;
        TVector c90 = start0, c91 = start1;
        TVector c100 = start0, c101 = start1;
        TVector c110 = start0, c111 = start1;

        if (geometry.Continue)
        {
            c00 = Start(geometry, 0, 0, c);
            c01 = Start(geometry, 0, 1, c);
            c10 = Start(geometry, 1, 0, c);
            c11 = Start(geometry, 1, 1, c);
            c20 = Start(geometry, 2, 0, c);
            c21 = Start(geometry, 2, 1, c);
            c30 = Start(geometry, 3, 0, c);
            c31 = Start(geometry, 3, 1, c);
            c40 = Start(geometry, 4, 0, c);
            c41 = Start(geometry, 4, 1, c);
            c50 = Start(geometry, 5, 0, c);
            c51 = Start(geometry, 5, 1, c);
            c60 = Start(geometry, 6, 0, c);
            c61 = Start(geometry, 6, 1, c);
            c70 = Start(geometry, 7, 0, c);
            c71 = Start(geometry, 7, 1, c);
            c80 = Start(geometry, 8, 0, c);
            c81 = Start(geometry, 8, 1, c);
            c90 = Start(geometry, 9, 0, c);
            c91 = Start(geometry, 9, 1, c);
            c100 = Start(geometry, 10, 0, c);
            c101 = Start(geometry, 10, 1, c);
            c110 = Start(geometry, 11, 0, c);
            c111 = Start(geometry, 11, 1, c);
        }

        nint row = geometry.ARow * sizeof(float);
        nint stepA = geometry.AStep * sizeof(float);
        nint stepB = geometry.BStep;
        for (int run = 0; run < geometry.Runs; run++)
        {
            byte* a0 = (byte*)(a + (run * geometry.ARun));
            byte* a3 = a0 + (3 * row);
            byte* a6 = a3 + (3 * row);
            byte* a9 = a6 + (3 * row);
            float* p = b + (run * geometry.BRun);
            for (int k = geometry.RunLength; k > 0; k--)
            {
                TVector b0 = TSimd.Load(p);
                TVector b1 = TColumns.Value > 1 ? TSimd.Load(p + TSimd.Count) : TSimd.Zero;
                TVector x;
                x = TSimd.LoadScalar((float*)(a0));
                c00 = TSimd.MultiplyAddByScalar(x, b0, c00);
                if (TColumns.Value > 1)
                {
                    c01 = TSimd.MultiplyAddByScalar(x, b1, c01);
                }

                if (TRows.Value > 1)
                {
                    x = TSimd.LoadScalar((float*)(a0 + row));
                    c10 = TSimd.MultiplyAddByScalar(x, b0, c10);
                    if (TColumns.Value > 1)
                    {
                        c11 = TSimd.MultiplyAddByScalar(x, b1, c11);
                    }
                }

                if (TRows.Value > 2)
                {
                    x = TSimd.LoadScalar((float*)(a0 + (2 * row)));
                    c20 = TSimd.MultiplyAddByScalar(x, b0, c20);
                    if (TColumns.Value > 1)
                    {
                        c21 = TSimd.MultiplyAddByScalar(x, b1, c21);
                    }
                }

                if (TRows.Value > 3)
                {
                    x = TSimd.LoadScalar((float*)(a3));
                    c30 = TSimd.MultiplyAddByScalar(x, b0, c30);
                    if (TColumns.Value > 1)
                    {
                        c31 = TSimd.MultiplyAddByScalar(x, b1, c31);
                    }
                }

                if (TRows.Value > 4)
                {
                    x = TSimd.LoadScalar((float*)(a3 + row));
                    c40 = TSimd.MultiplyAddByScalar(x, b0, c40);
                    if (TColumns.Value > 1)
                    {
                        c41 = TSimd.MultiplyAddByScalar(x, b1, c41);
                    }
                }

                if (TRows.Value > 5)
                {
                    x = TSimd.LoadScalar((float*)(a3 + (2 * row)));
                    c50 = TSimd.MultiplyAddByScalar(x, b0, c50);
                    if (TColumns.Value > 1)
                    {
                        c51 = TSimd.MultiplyAddByScalar(x, b1, c51);
                    }
                }

                if (TRows.Value > 6)
                {
                    x = TSimd.LoadScalar((float*)(a6));
                    c60 = TSimd.MultiplyAddByScalar(x, b0, c60);
                    if (TColumns.Value > 1)
                    {
                        c61 = TSimd.MultiplyAddByScalar(x, b1, c61);
                    }
                }

                if (TRows.Value > 7)
                {
                    x = TSimd.LoadScalar((float*)(a6 + row));
                    c70 = TSimd.MultiplyAddByScalar(x, b0, c70);
                    if (TColumns.Value > 1)
                    {
                        c71 = TSimd.MultiplyAddByScalar(x, b1, c71);
                    }
                }

                if (TRows.Value > 8)
                {
                    x = TSimd.LoadScalar((float*)(a6 + (2 * row)));
                    c80 = TSimd.MultiplyAddByScalar(x, b0, c80);
                    if (TColumns.Value > 1)
                    {
                        c81 = TSimd.MultiplyAddByScalar(x, b1, c81);
                    }
                }

                if (TRows.Value > 9)
                {
                    x = TSimd.LoadScalar((float*)(a9));
                    c90 = TSimd.MultiplyAddByScalar(x, b0, c90);
                    if (TColumns.Value > 1)
                    {
                        c91 = TSimd.MultiplyAddByScalar(x, b1, c91);
                    }
                }

                if (TRows.Value > 10)
                {
                    x = TSimd.LoadScalar((float*)(a9 + row));
                    c100 = TSimd.MultiplyAddByScalar(x, b0, c100);
                    if (TColumns.Value > 1)
                    {
                        c101 = TSimd.MultiplyAddByScalar(x, b1, c101);
                    }
                }

                if (TRows.Value > 11)
                {
                    x = TSimd.LoadScalar((float*)(a9 + (2 * row)));
                    c110 = TSimd.MultiplyAddByScalar(x, b0, c110);
                    if (TColumns.Value > 1)
                    {
                        c111 = TSimd.MultiplyAddByScalar(x, b1, c111);
                    }
                }

                a0 += stepA;
                if (TRows.Value > 3)
                {
                    a3 += stepA;
                }

                if (TRows.Value > 6)
                {
                    a6 += stepA;
                }

                if (TRows.Value > 9)
                {
                    a9 += stepA;
                }

                p += stepB;
            }
        }

        if (geometry.Accumulate)
        {
            c00 = Sum(geometry, 0, 0, c, c00);
            c01 = Sum(geometry, 0, 1, c, c01);
            c10 = Sum(geometry, 1, 0, c, c10);
            c11 = Sum(geometry, 1, 1, c, c11);
            c20 = Sum(geometry, 2, 0, c, c20);
            c21 = Sum(geometry, 2, 1, c, c21);
            c30 = Sum(geometry, 3, 0, c, c30);
            c31 = Sum(geometry, 3, 1, c, c31);
            c40 = Sum(geometry, 4, 0, c, c40);
            c41 = Sum(geometry, 4, 1, c, c41);
            c50 = Sum(geometry, 5, 0, c, c50);
            c51 = Sum(geometry, 5, 1, c, c51);
            c60 = Sum(geometry, 6, 0, c, c60);
            c61 = Sum(geometry, 6, 1, c, c61);
            c70 = Sum(geometry, 7, 0, c, c70);
            c71 = Sum(geometry, 7, 1, c, c71);
            c80 = Sum(geometry, 8, 0, c, c80);
            c81 = Sum(geometry, 8, 1, c, c81);
            c90 = Sum(geometry, 9, 0, c, c90);
            c91 = Sum(geometry, 9, 1, c, c91);
            c100 = Sum(geometry, 10, 0, c, c100);
            c101 = Sum(geometry, 10, 1, c, c101);
            c110 = Sum(geometry, 11, 0, c, c110);
            c111 = Sum(geometry, 11, 1, c, c111);
        }

        nint rowC = geometry.CRow;
        Store(0, c00, c01, c + (0 * rowC));
        Store(1, c10, c11, c + (1 * rowC));
        Store(2, c20, c21, c + (2 * rowC));
        Store(3, c30, c31, c + (3 * rowC));
        Store(4, c40, c41, c + (4 * rowC));
        Store(5, c50, c51, c + (5 * rowC));
        Store(6, c60, c61, c + (6 * rowC));
        Store(7, c70, c71, c + (7 * rowC));
        Store(8, c80, c81, c + (8 * rowC));
        Store(9, c90, c91, c + (9 * rowC));
        Store(10, c100, c101, c + (10 * rowC));
        Store(11, c110, c111, c + (11 * rowC));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Start(in GemmGeometry geometry, int row, int column, float* c) =>
        TRows.Value <= row || TColumns.Value <= column ? TSimd.Zero : TSimd.Load(c + (row * geometry.CRow) + (column * TSimd.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Sum(in GemmGeometry geometry, int row, int column, float* c, TVector value) =>
        TRows.Value <= row || TColumns.Value <= column ? value : TSimd.Add(TSimd.Load(c + (row * geometry.CRow) + (column * TSimd.Count)), value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(int row, TVector value0, TVector value1, float* destination)
    {
        if (TRows.Value > row)
        {
            TSimd.Store(value0, destination);
            if (TColumns.Value > 1)
            {
                TSimd.Store(value1, destination + TSimd.Count);
            }
        }
    }
}

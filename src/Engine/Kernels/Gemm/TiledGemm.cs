using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Gemm;

/// <summary>
/// Covers C with tiles of <see cref="Microkernel{TSimd,TVector,TRows,TColumns}"/>: for each panel of columns, for each segment, for
/// each run of rows. This is the one place that knows about edges: rows are split into tiles of almost equal height, so that no
/// thin tile is left over, and a panel with fewer columns than vectors hold goes through a scratch tile.
/// </summary>
internal sealed unsafe class TiledGemm<TSimd, TVector> : PanelGemm
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private static readonly RegisterTile _tile = RegisterTile.For(TSimd.Tier);

    public override int VectorWidth => TSimd.Count;

    public override void Multiply(in GemmGeometry geometry, float* a, float* b, float* bias, float* c, bool paddedC)
    {
        for (int column = 0; column < geometry.Columns; column += PanelWidth)
        {
            nint panel = column / PanelWidth;
            int columns = Math.Min(PanelWidth, geometry.Columns - column);
            bool scratch = !paddedC && columns % TSimd.Count != 0;
            for (int segment = 0; segment < geometry.Segments; segment++)
            {
                MultiplyRows(
                    geometry,
                    columns,
                    a + (segment * geometry.ASegment),
                    b + (panel * geometry.BPanel),
                    bias == null ? null : bias + column,
                    c + (panel * geometry.CPanel) + (segment * geometry.CSegment),
                    scratch);
            }
        }
    }

    public override void MultiplyDeep(GemmGeometry geometry, float* a, float* b, float* bias, float* c, bool paddedC)
    {
        int depth = geometry.RunLength;
        for (int done = 0; done < depth; done += DepthBlock)
        {
            geometry.RunLength = Math.Min(DepthBlock, depth - done);
            Multiply(geometry, a + (done * geometry.AStep), b + (done * geometry.BStep), bias, c, paddedC);
            geometry.Accumulate = true;
            geometry.Continue = false;
            bias = null;
        }
    }

    private void MultiplyRows(in GemmGeometry geometry, int columns, float* a, float* b, float* bias, float* c, bool scratch)
    {
        int tiles = (geometry.Rows + _tile.MaxRows - 1) / _tile.MaxRows;
        int height = geometry.Rows / tiles;
        int taller = geometry.Rows % tiles;
        for (int i = 0; i < tiles; i++)
        {
            int rows = i < taller ? height + 1 : height;
            if (scratch)
            {
                MultiplyThroughScratch(geometry, rows, columns, a, b, bias, c);
            }
            else
            {
                MultiplyTile(geometry, rows, columns, a, b, bias, c);
            }

            a += rows * geometry.ARow;
            c += rows * geometry.CRow;
        }
    }

    private void MultiplyThroughScratch(GemmGeometry geometry, int rows, int columns, float* a, float* b, float* bias, float* c)
    {
        float* scratch = stackalloc float[_tile.MaxRows * PanelWidth];
        bool accumulate = geometry.Accumulate;
        nint row = geometry.CRow;
        geometry.Accumulate = false;
        geometry.CRow = PanelWidth;
        for (int i = 0; i < (geometry.Continue ? rows : 0); i++)
        {
            new ReadOnlySpan<float>(c + (i * row), columns).CopyTo(new Span<float>(scratch + (i * PanelWidth), columns));
        }

        MultiplyTile(geometry, rows, columns, a, b, bias, scratch);
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                float* element = c + (i * row) + j;
                float value = scratch[(i * PanelWidth) + j];
                *element = accumulate ? *element + value : value;
            }
        }
    }

    private static void MultiplyTile(in GemmGeometry geometry, int rows, int columns, float* a, float* b, float* bias, float* c)
    {
        if (columns > TSimd.Count)
        {
            MultiplyTile<Counts.Two>(geometry, rows, a, b, bias, c);
        }
        else
        {
            MultiplyTile<Counts.One>(geometry, rows, a, b, bias, c);
        }
    }

    private static void MultiplyTile<TColumns>(in GemmGeometry geometry, int rows, float* a, float* b, float* bias, float* c)
        where TColumns : struct, ICount
    {
        switch (rows)
        {
            case 1: Microkernel<TSimd, TVector, Counts.One, TColumns>.Run(geometry, a, b, bias, c); break;
            case 2: Microkernel<TSimd, TVector, Counts.Two, TColumns>.Run(geometry, a, b, bias, c); break;
            case 3: Microkernel<TSimd, TVector, Counts.Three, TColumns>.Run(geometry, a, b, bias, c); break;
            case 4: Microkernel<TSimd, TVector, Counts.Four, TColumns>.Run(geometry, a, b, bias, c); break;
            case 5: Microkernel<TSimd, TVector, Counts.Five, TColumns>.Run(geometry, a, b, bias, c); break;
            case 6: Microkernel<TSimd, TVector, Counts.Six, TColumns>.Run(geometry, a, b, bias, c); break;
            case 7: Microkernel<TSimd, TVector, Counts.Seven, TColumns>.Run(geometry, a, b, bias, c); break;
            case 8: Microkernel<TSimd, TVector, Counts.Eight, TColumns>.Run(geometry, a, b, bias, c); break;
            case 9: Microkernel<TSimd, TVector, Counts.Nine, TColumns>.Run(geometry, a, b, bias, c); break;
            case 10: Microkernel<TSimd, TVector, Counts.Ten, TColumns>.Run(geometry, a, b, bias, c); break;
            case 11: Microkernel<TSimd, TVector, Counts.Eleven, TColumns>.Run(geometry, a, b, bias, c); break;
            case 12: Microkernel<TSimd, TVector, Counts.Twelve, TColumns>.Run(geometry, a, b, bias, c); break;
        }
    }
}

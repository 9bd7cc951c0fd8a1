using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace CifarFast.Engine.Kernels.Gemm;

/// <summary>Transposes matrices, four rows and columns at a time where there are instructions for it. Nothing is computed, so tiers do not matter.</summary>
internal static unsafe class Transposition
{
    private const int Block = 4;

    /// <summary>Writes the transpose of a matrix.</summary>
    /// <param name="rows">Rows of the matrix.</param>
    /// <param name="columns">Columns of the matrix.</param>
    /// <param name="from">Its first element.</param>
    /// <param name="fromRow">Floats from a row to the next.</param>
    /// <param name="to">Where the first element of the transpose goes.</param>
    /// <param name="toRow">Floats from a row of the transpose to the next.</param>
    public static void Write(int rows, int columns, float* from, nint fromRow, float* to, nint toRow)
    {
        bool hasBlocks = Sse2.IsSupported || AdvSimd.Arm64.IsSupported;
        int blockRows = hasBlocks ? rows - (rows % Block) : 0;
        int blockColumns = hasBlocks ? columns - (columns % Block) : 0;
        for (int column = 0; column < blockColumns; column += Block)
        {
            for (int row = 0; row < blockRows; row += Block)
            {
                WriteBlock(from + (row * fromRow) + column, fromRow, to + (column * toRow) + row, toRow);
            }
        }

        WriteEach(blockRows, rows, 0, blockColumns, from, fromRow, to, toRow);
        WriteEach(0, rows, blockColumns, columns, from, fromRow, to, toRow);
    }

    private static void WriteEach(int row, int endRow, int column, int endColumn, float* from, nint fromRow, float* to, nint toRow)
    {
        for (int c = column; c < endColumn; c++)
        {
            for (int r = row; r < endRow; r++)
            {
                to[(c * toRow) + r] = from[(r * fromRow) + c];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WriteBlock(float* from, nint fromRow, float* to, nint toRow)
    {
        Vector128<float> a = Vector128.Load(from);
        Vector128<float> b = Vector128.Load(from + fromRow);
        Vector128<float> c = Vector128.Load(from + (2 * fromRow));
        Vector128<float> d = Vector128.Load(from + (3 * fromRow));
        Vector128<double> lowOfAb = Low(a, b).AsDouble();
        Vector128<double> lowOfCd = Low(c, d).AsDouble();
        Vector128<double> highOfAb = High(a, b).AsDouble();
        Vector128<double> highOfCd = High(c, d).AsDouble();
        Low(lowOfAb, lowOfCd).AsSingle().Store(to);
        High(lowOfAb, lowOfCd).AsSingle().Store(to + toRow);
        Low(highOfAb, highOfCd).AsSingle().Store(to + (2 * toRow));
        High(highOfAb, highOfCd).AsSingle().Store(to + (3 * toRow));
    }

    /// <summary>The lower halves of two vectors, element by element in turns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Low(Vector128<float> a, Vector128<float> b) => Sse.IsSupported ? Sse.UnpackLow(a, b) : AdvSimd.Arm64.ZipLow(a, b);

    /// <summary>The upper halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> High(Vector128<float> a, Vector128<float> b) => Sse.IsSupported ? Sse.UnpackHigh(a, b) : AdvSimd.Arm64.ZipHigh(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> Low(Vector128<double> a, Vector128<double> b) => Sse2.IsSupported ? Sse2.UnpackLow(a, b) : AdvSimd.Arm64.ZipLow(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> High(Vector128<double> a, Vector128<double> b) => Sse2.IsSupported ? Sse2.UnpackHigh(a, b) : AdvSimd.Arm64.ZipHigh(a, b);
}

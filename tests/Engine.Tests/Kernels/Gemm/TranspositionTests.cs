using CifarFast.Engine.Kernels.Gemm;

namespace CifarFast.Engine.Tests.Kernels.Gemm;

public class TranspositionTests
{
    /// <summary>All sizes around the ends of blocks; what lies between the rows of either matrix is left alone.</summary>
    [Fact]
    public unsafe void Rows_become_columns()
    {
        for (int rows = 1; rows <= 13; rows++)
        {
            for (int columns = 1; columns <= 13; columns++)
            {
                int fromRow = columns + 3;
                int toRow = rows + 2;
                float[] from = [.. Enumerable.Range(1, rows * fromRow).Select(number => (float)number)];
                float[] expected = new float[columns * toRow];
                for (int row = 0; row < rows; row++)
                {
                    for (int column = 0; column < columns; column++)
                    {
                        expected[(column * toRow) + row] = from[(row * fromRow) + column];
                    }
                }

                float[] to = new float[expected.Length];
                fixed (float* source = from, destination = to)
                {
                    Transposition.Write(rows, columns, source, fromRow, destination, toRow);
                }

                Assert.Equal(expected, to);
            }
        }
    }
}

namespace CifarFast.Engine.Tensors;

/// <summary>
/// Where an algorithm keeps the elements of a parameter. Outside the kernels a parameter is always in PyTorch's order; inside,
/// its layout is the algorithm's own affair, and what it pads stays zero.
/// </summary>
/// <param name="StoredLength">Floats the algorithm keeps, padding included.</param>
/// <param name="StoredIndex">From an element's place in PyTorch's order to its place in storage.</param>
internal sealed record ParameterLayout(int StoredLength, Func<int, int> StoredIndex)
{
    /// <summary>Storage in PyTorch's order, with zeros behind the last element where there is room.</summary>
    public static ParameterLayout Dense(int storedLength) => new(storedLength, static index => index);

    /// <summary>
    /// A matrix of rows by columns in panels of <paramref name="panelWidth"/> columns, row after row within a panel, the last one
    /// padded: what the left-to-right walk of a GEMM over its right operand reads without a jump.
    /// </summary>
    /// <param name="rows">K: rows of the matrix.</param>
    /// <param name="columns">N: columns of the matrix.</param>
    /// <param name="panelWidth">Columns of a panel.</param>
    /// <param name="place">From an element's place in PyTorch's order to its row and column.</param>
    public static ParameterLayout Panels(int rows, int columns, int panelWidth, Func<int, (int Row, int Column)> place) =>
        new(
            (columns + panelWidth - 1) / panelWidth * panelWidth * rows,
            index =>
            {
                (int row, int column) = place(index);
                return (((column / panelWidth * rows) + row) * panelWidth) + (column % panelWidth);
            });

    /// <summary>Makes sure that a parameter, or its gradient, is kept whole.</summary>
    /// <exception cref="ArgumentException">There are fewer floats than <see cref="StoredLength"/>.</exception>
    public void Check(ReadOnlySpan<float> stored, string name)
    {
        if (stored.Length < StoredLength)
        {
            throw new ArgumentException($"takes {StoredLength} floats, not {stored.Length}", name);
        }
    }
}

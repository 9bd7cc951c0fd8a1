namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>
/// The rows or the columns of a tile of Winograd's algorithm, as places among the six rows or columns of the window of F(4, 3). Point 0, the first position,
/// serves the first of the four outputs alone, and infinity, the last one, the last output alone. So a tile that lacks its first output lacks the
/// first position and is otherwise the same, and one that lacks the last output, too, lacks the last position.
/// </summary>
/// <param name="First">The first position, and the first output.</param>
/// <param name="End">The position behind the last one; there are two outputs fewer.</param>
internal readonly record struct TileSide(int First, int End)
{
    /// <summary>Outputs.</summary>
    public int Size => End - First - (WinogradTiles.Kernel - 1);

    /// <summary>Positions.</summary>
    public int Positions => End - First;

    /// <summary>That of a type argument.</summary>
    public static TileSide Of<TSide>()
        where TSide : ITileSide => new(TSide.First, TSide.End);

    /// <summary>Whether it has a position.</summary>
    public bool Has(int position) => position >= First && position < End;
}

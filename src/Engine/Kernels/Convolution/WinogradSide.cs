namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>
/// How the rows or the columns of an image are cut into tiles: as many of 4 as there can be with others of 3 for the rest, which is fewest positions; 5 are 3
/// and 2, and 2 one tile.
/// </summary>
/// <param name="Large">The first tiles.</param>
/// <param name="LargeTiles">How many there are.</param>
/// <param name="Small">The others, whose positions are among those of the large ones.</param>
/// <param name="SmallTiles">How many there are.</param>
internal readonly record struct WinogradSide(TileSide Large, int LargeTiles, TileSide Small, int SmallTiles)
{
    /// <summary>The shortest that can be cut.</summary>
    public const int Least = 2;

    /// <summary>Positions of all tiles.</summary>
    public int Positions => (LargeTiles * Large.Positions) + (SmallTiles * Small.Positions);

    /// <summary>Cuts so many rows or columns.</summary>
    public static WinogradSide Of(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, Least);
        int threes = -length & 3;
        return 3 * threes <= length
            ? new WinogradSide(TileSide.Of<FourOutputs>(), (length - (3 * threes)) / 4, TileSide.Of<ThreeOutputs>(), threes)
            : new WinogradSide(TileSide.Of<ThreeOutputs>(), length / 3, TileSide.Of<TwoOutputs>(), 1);
    }

    /// <summary>The large or the small tiles.</summary>
    public TileSide Side(bool small) => small ? Small : Large;

    /// <summary>The row or column of pixel 0 of each of the large or the small tiles, whether they have it or not.</summary>
    public IEnumerable<int> Places(bool small)
    {
        TileSide side = Side(small);
        int start = (small ? LargeTiles * Large.Size : 0) - side.First;
        return Enumerable.Range(0, small ? SmallTiles : LargeTiles).Select(tile => start + (tile * side.Size));
    }
}

namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>A transform of Winograd's algorithm in one dimension, of a line in registers.</summary>
internal unsafe interface ILineTransform<TVector>
    where TVector : struct
{
    /// <summary>Rows of its matrix.</summary>
    static abstract int Rows { get; }

    /// <summary>Columns of its matrix, elements of a line.</summary>
    static abstract int Columns { get; }

    /// <summary>Transforms a line of a tile and writes what such a tile has of the result.</summary>
    /// <param name="x0">The first element of a whole tile's line; like the others, anything where the tile lacks it.</param>
    /// <param name="x1">The next one.</param>
    /// <param name="x2">The next one.</param>
    /// <param name="x3">The next one.</param>
    /// <param name="x4">The next one, where there are more than four.</param>
    /// <param name="x5">The next one.</param>
    /// <param name="shift">What outputs have added to them.</param>
    /// <param name="to">Where the first element of a whole tile's result goes.</param>
    /// <param name="step">Floats from one to the next.</param>
    static abstract void Store<TSide>(TVector x0, TVector x1, TVector x2, TVector x3, TVector x4, TVector x5, TVector shift, float* to, nint step)
        where TSide : ITileSide;
}

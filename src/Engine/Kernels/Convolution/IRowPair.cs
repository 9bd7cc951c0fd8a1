namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>Two rows of the matrix of a transform in one dimension, whose products with a line have sums in common.</summary>
internal unsafe interface IRowPair<TVector>
    where TVector : struct
{
    /// <summary>The number of the first one.</summary>
    static abstract int FirstRow { get; }

    /// <summary>The number of the second one.</summary>
    static abstract int SecondRow { get; }

    /// <summary>Their products with a line in memory, of which only what a tile has is read.</summary>
    /// <param name="from">The first element of a whole tile's line.</param>
    /// <param name="step">Floats from one to the next.</param>
    static abstract (TVector First, TVector Second) OfColumn<TSide>(float* from, nint step)
        where TSide : ITileSide;
}

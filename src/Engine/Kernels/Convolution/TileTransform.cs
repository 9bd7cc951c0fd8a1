using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>
/// The transforms of the pixels of a tile (<see cref="WinogradTransform{TSimd,TVector}"/>). A smaller tile lacks positions and pixels at its ends
/// (<see cref="TileSide"/>), which are neither read nor written; pointers are to where they would be.
/// </summary>
internal abstract unsafe class TileTransform
{
    /// <summary>The transforms of tiles of a size.</summary>
    /// <param name="rows">The tile's rows.</param>
    /// <param name="columns">The tile's columns.</param>
    /// <param name="channels">Floats of a pixel. Where they do not fill a vector, all are computed one by one.</param>
    public static TileTransform For<TSimd, TVector>(TileSide rows, TileSide columns, int channels)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct =>
        channels < TSimd.Count ? Create<SimdScalar, float>(rows, columns, channels) : Create<TSimd, TVector>(rows, columns, channels);

    /// <summary><c>Bᵀ·d·B</c> of a window of pixels, 6×6 where the tile is whole.</summary>
    /// <param name="image">Channel 0 of pixel 0, 0 of a whole window.</param>
    /// <param name="row">Floats from a row to the next.</param>
    /// <param name="to">Channel 0 of position 0.</param>
    /// <param name="position">Floats from a position to the next.</param>
    public abstract void Input(float* image, nint row, float* to, nint position);

    /// <summary><c>Aᵀ·m·A</c> + bias: the tile's pixels, 4×4 where it is whole.</summary>
    /// <param name="from">Channel 0 of position 0.</param>
    /// <param name="position">Floats from a position to the next.</param>
    /// <param name="bias">One value a channel, or null for zeros.</param>
    /// <param name="image">Channel 0 of pixel 0, 0 of a whole tile.</param>
    /// <param name="row">Floats from a row to the next.</param>
    public abstract void Output(float* from, nint position, float* bias, float* image, nint row);

    /// <summary><c>G·g·Gᵀ</c> of the tile's pixels of an output gradient, which takes the filter's place in F(3×3, 4×4).</summary>
    /// <param name="image">Channel 0 of pixel 0, 0 of a whole tile.</param>
    /// <param name="row">Floats from a row to the next.</param>
    /// <param name="to">Channel 0 of position 0.</param>
    /// <param name="position">Floats from a position to the next.</param>
    public abstract void OutputGradient(float* image, nint row, float* to, nint position);

    private static TileTransform Create<TSimd, TVector>(TileSide rows, TileSide columns, int channels)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => rows.Size switch
        {
            4 => Create<TSimd, TVector, FourOutputs>(columns, channels),
            3 => Create<TSimd, TVector, ThreeOutputs>(columns, channels),
            _ => Create<TSimd, TVector, TwoOutputs>(columns, channels),
        };

    private static TileTransform Create<TSimd, TVector, TRows>(TileSide columns, int channels)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
        where TRows : ITileSide => columns.Size switch
        {
            4 => new TileTransform<TSimd, TVector, TRows, FourOutputs>(channels),
            3 => new TileTransform<TSimd, TVector, TRows, ThreeOutputs>(channels),
            _ => new TileTransform<TSimd, TVector, TRows, TwoOutputs>(channels),
        };
}

/// <summary>
/// Every transform is the same one-dimensional one over columns and then over rows, a vector of channels at a time. Of what lies between the two, two rows at a
/// time are made and kept in registers: in memory, they would wait there behind the results, which are written to far more lines than the first-level cache has
/// room for. Channels that do not fill the last vector are computed together with some of those before them, once more.
/// </summary>
/// <param name="channels">Floats of a pixel, a vector at least.</param>
internal sealed unsafe class TileTransform<TSimd, TVector, TRows, TColumns>(int channels) : TileTransform
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
    where TRows : ITileSide
    where TColumns : ITileSide
{
    public override void Input(float* image, nint row, float* to, nint position)
    {
        Transform<WinogradTransform<TSimd, TVector>.Input, WinogradTransform<TSimd, TVector>.InputOf<WinogradTransform<TSimd, TVector>.PointA>>(image, row, channels, null, to, WinogradTiles.Window * position, position);
        Transform<WinogradTransform<TSimd, TVector>.Input, WinogradTransform<TSimd, TVector>.InputOf<WinogradTransform<TSimd, TVector>.PointB>>(image, row, channels, null, to, WinogradTiles.Window * position, position);
        Transform<WinogradTransform<TSimd, TVector>.Input, WinogradTransform<TSimd, TVector>.InputOfEnds>(image, row, channels, null, to, WinogradTiles.Window * position, position);
    }

    public override void Output(float* from, nint position, float* bias, float* image, nint row)
    {
        Transform<WinogradTransform<TSimd, TVector>.Output, WinogradTransform<TSimd, TVector>.OutputEven>(from, WinogradTiles.Window * position, position, bias, image, row, channels);
        Transform<WinogradTransform<TSimd, TVector>.Output, WinogradTransform<TSimd, TVector>.OutputOdd>(from, WinogradTiles.Window * position, position, bias, image, row, channels);
    }

    public override void OutputGradient(float* image, nint row, float* to, nint position)
    {
        Transform<WinogradTransform<TSimd, TVector>.OutputGradient, WinogradTransform<TSimd, TVector>.OutputGradientOf<WinogradTransform<TSimd, TVector>.PointA>>(image, row, channels, null, to, WinogradTiles.Window * position, position);
        Transform<WinogradTransform<TSimd, TVector>.OutputGradient, WinogradTransform<TSimd, TVector>.OutputGradientOf<WinogradTransform<TSimd, TVector>.PointB>>(image, row, channels, null, to, WinogradTiles.Window * position, position);
        Transform<WinogradTransform<TSimd, TVector>.OutputGradient, WinogradTransform<TSimd, TVector>.OutputGradientOfEnds>(image, row, channels, null, to, WinogradTiles.Window * position, position);
    }

    /// <summary>Two rows of a transform, of all channels.</summary>
    private void Transform<TLine, TPair>(float* from, nint row, nint column, float* bias, float* to, nint toRow, nint toColumn)
        where TLine : ILineTransform<TVector>
        where TPair : IRowPair<TVector>
    {
        for (int next = 0; next < channels; next += TSimd.Count)
        {
            int channel = Math.Min(next, channels - TSimd.Count);
            float* place = from + channel;
            TVector first0 = TSimd.Zero, second0 = TSimd.Zero;
            if (TColumns.First == 0)
            {
                (first0, second0) = TPair.OfColumn<TRows>(place, row);
            }

            (TVector first1, TVector second1) = TPair.OfColumn<TRows>(place + column, row);
            (TVector first2, TVector second2) = TPair.OfColumn<TRows>(place + (2 * column), row);
            TVector first3 = TSimd.Zero, second3 = TSimd.Zero;
            if (TLine.Columns == WinogradTiles.Window || TColumns.End == WinogradTiles.Window)
            {
                (first3, second3) = TPair.OfColumn<TRows>(place + (3 * column), row);
            }

            TVector first4 = TSimd.Zero, second4 = TSimd.Zero;
            if (TLine.Columns == WinogradTiles.Window)
            {
                (first4, second4) = TPair.OfColumn<TRows>(place + (4 * column), row);
            }

            TVector first5 = TSimd.Zero, second5 = TSimd.Zero;
            if (TLine.Columns == WinogradTiles.Window && TColumns.End == WinogradTiles.Window)
            {
                (first5, second5) = TPair.OfColumn<TRows>(place + (5 * column), row);
            }

            TVector shift = bias == null ? TSimd.Zero : TSimd.Load(bias + channel);
            if (TPair.FirstRow > 0 || TRows.First == 0)
            {
                TLine.Store<TColumns>(first0, first1, first2, first3, first4, first5, shift, to + channel + (TPair.FirstRow * toRow), toColumn);
            }

            if (TPair.SecondRow < TLine.Rows - 1 || TRows.End == WinogradTiles.Window)
            {
                TLine.Store<TColumns>(second0, second1, second2, second3, second4, second5, shift, to + channel + (TPair.SecondRow * toRow), toColumn);
            }
        }
    }
}

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
    /// <param name="half">36 vectors of scratch.</param>
    /// <param name="to">Channel 0 of position 0.</param>
    /// <param name="position">Floats from a position to the next.</param>
    public abstract void Input(float* image, nint row, float* half, float* to, nint position);

    /// <summary><c>Aᵀ·m·A</c> + bias: the tile's pixels, 4×4 where it is whole.</summary>
    /// <param name="from">Channel 0 of position 0.</param>
    /// <param name="position">Floats from a position to the next.</param>
    /// <param name="bias">One value a channel, or null for zeros.</param>
    /// <param name="half">24 vectors of scratch.</param>
    /// <param name="image">Channel 0 of pixel 0, 0 of a whole tile.</param>
    /// <param name="row">Floats from a row to the next.</param>
    public abstract void Output(float* from, nint position, float* bias, float* half, float* image, nint row);

    /// <summary><c>G·g·Gᵀ</c> of the tile's pixels of an output gradient, which takes the filter's place in F(3×3, 4×4).</summary>
    /// <param name="image">Channel 0 of pixel 0, 0 of a whole tile.</param>
    /// <param name="row">Floats from a row to the next.</param>
    /// <param name="half">24 vectors of scratch.</param>
    /// <param name="to">Channel 0 of position 0.</param>
    /// <param name="position">Floats from a position to the next.</param>
    public abstract void OutputGradient(float* image, nint row, float* half, float* to, nint position);

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
/// Every transform is the same one-dimensional one over columns and then over rows, a vector of channels at a time. Channels that do not fill the last
/// vector are computed together with some of those before them, once more.
/// </summary>
/// <param name="channels">Floats of a pixel, a vector at least.</param>
internal sealed unsafe class TileTransform<TSimd, TVector, TRows, TColumns>(int channels) : TileTransform
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
    where TRows : ITileSide
    where TColumns : ITileSide
{
    public override void Input(float* image, nint row, float* half, float* to, nint position)
    {
        for (int next = 0; next < channels; next += TSimd.Count)
        {
            int channel = Math.Min(next, channels - TSimd.Count);
            for (int x = TColumns.First; x < TColumns.End; x++)
            {
                WinogradTransform<TSimd, TVector>.InputLine<TRows>(image + channel + (x * channels), row, half + (x * TSimd.Count), 6 * TSimd.Count);
            }

            for (int y = TRows.First; y < TRows.End; y++)
            {
                WinogradTransform<TSimd, TVector>.InputLine<TColumns>(half + (y * 6 * TSimd.Count), TSimd.Count, to + channel + (y * 6 * position), position);
            }
        }
    }

    public override void Output(float* from, nint position, float* bias, float* half, float* image, nint row)
    {
        for (int next = 0; next < channels; next += TSimd.Count)
        {
            int channel = Math.Min(next, channels - TSimd.Count);
            for (int x = TColumns.First; x < TColumns.End; x++)
            {
                WinogradTransform<TSimd, TVector>.OutputLine<TRows>(from + channel + (x * position), 6 * position, TSimd.Zero, half + (x * TSimd.Count), 6 * TSimd.Count);
            }

            TVector shift = bias == null ? TSimd.Zero : TSimd.Load(bias + channel);
            for (int y = TRows.First; y < TRows.End - (WinogradTiles.Kernel - 1); y++)
            {
                WinogradTransform<TSimd, TVector>.OutputLine<TColumns>(half + (y * 6 * TSimd.Count), TSimd.Count, shift, image + channel + (y * row), channels);
            }
        }
    }

    public override void OutputGradient(float* image, nint row, float* half, float* to, nint position)
    {
        for (int next = 0; next < channels; next += TSimd.Count)
        {
            int channel = Math.Min(next, channels - TSimd.Count);
            for (int x = TColumns.First; x < TColumns.End - (WinogradTiles.Kernel - 1); x++)
            {
                WinogradTransform<TSimd, TVector>.OutputGradientLine<TRows>(image + channel + (x * channels), row, half + (x * TSimd.Count), 4 * TSimd.Count);
            }

            for (int y = TRows.First; y < TRows.End; y++)
            {
                WinogradTransform<TSimd, TVector>.OutputGradientLine<TColumns>(half + (y * 4 * TSimd.Count), TSimd.Count, to + channel + (y * 6 * position), position);
            }
        }
    }
}

using System.Numerics;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>
/// How Winograd's algorithm cuts images into tiles of pixels of the output side of a convolution, and in which order it takes those of several samples:
/// first those that are small in their rows alone, then those of the large ones, those that are small in their columns alone, and small ones, each sample after
/// sample. So the tiles that have a position are one behind the other, and are the rows of one matrix.
/// </summary>
internal sealed unsafe class WinogradTiles
{
    /// <summary>Rows and columns of the kernel.</summary>
    public const int Kernel = 3;

    /// <summary>Rows and columns of the largest window of inputs that a tile depends on.</summary>
    public const int Window = 6;

    /// <summary>Rows and columns of outputs of the largest tile.</summary>
    public const int Outputs = Window - Kernel + 1;

    /// <summary>Elements of a transformed window, tile or filter.</summary>
    public const int Positions = Window * Window;

    /// <summary>More samples than that at a time would only fall out of the caches.</summary>
    private const int MostSamples = 64;

    /// <summary>Filters that are so many are worth going through memory less often.</summary>
    private const int ManyFilters = 128 * 128;

    /// <summary>Whether tiles of each kind are small in their rows and in their columns, in the order in which they are taken.</summary>
    private static readonly (bool Rows, bool Columns)[] _small = [(true, false), (false, false), (false, true), (true, true)];

    private readonly WinogradSide _rows;
    private readonly WinogradSide _columns;
    private readonly WinogradTile[] _tiles;

    /// <summary>How many of the tiles of an image come before each kind, and how many there are.</summary>
    private readonly int[] _kinds;

    /// <summary>Which of the tiles of an image have each position.</summary>
    private readonly (int First, int End)[] _having;

    /// <summary>Cuts images.</summary>
    /// <param name="height">Rows of the output, or of what takes its place.</param>
    /// <param name="width">Columns.</param>
    /// <param name="inputs">Channels of the input.</param>
    /// <param name="outputs">Channels of the output.</param>
    public WinogradTiles(int height, int width, int inputs, int outputs)
    {
        _rows = WinogradSide.Of(height);
        _columns = WinogradSide.Of(width);
        WinogradTile[][] kinds = [.. Enumerable.Range(0, _small.Length).Select(TilesOf)];
        _tiles = [.. kinds.SelectMany(kind => kind)];
        _kinds = [.. Enumerable.Range(0, kinds.Length + 1).Select(end => kinds.Take(end).Sum(kind => kind.Length))];
        _having = [.. Enumerable.Range(0, Positions).Select(IntervalOf)];
        HasManyFilters = inputs * outputs > ManyFilters;
        Block = HasManyFilters ? 128 : 64;
        SamplesPerCall = Math.Min((int)BitOperations.RoundUpToPowerOf2((uint)((Block + Count - 1) / Count)), MostSamples);
    }

    /// <summary>Whether there are so many filters that going through memory less often is worth it.</summary>
    public bool HasManyFilters { get; }

    /// <summary>Tiles an image.</summary>
    public int Count => _tiles.Length;

    /// <summary>
    /// Tiles that make products long enough to be worth their ends. The weight's gradient is summed in blocks of so many, so another number is another
    /// numerics version.
    /// </summary>
    public int Block { get; }

    /// <summary>How many samples make a block, a power of two: images of few tiles are computed together.</summary>
    public int SamplesPerCall { get; }

    /// <summary>Tiles of one kind and one sample.</summary>
    /// <param name="first">The number of the first one among the tiles of all samples.</param>
    /// <param name="end">The number of a tile that is not wanted any more.</param>
    /// <param name="samples">How many samples there are.</param>
    /// <param name="sample">Whose tiles they are.</param>
    public ReadOnlySpan<WinogradTile> Run(int first, int end, int samples, out int sample)
    {
        int kind = 0;
        while (first >= _kinds[kind + 1] * samples)
        {
            kind++;
        }

        int before = _kinds[kind];
        int count = _kinds[kind + 1] - before;
        (sample, int tile) = Math.DivRem(first - (before * samples), count);
        return _tiles.AsSpan(before + tile, Math.Min(count - tile, end - first));
    }

    /// <summary>Whether any tile has a position.</summary>
    public bool Has(int position) => _having[position] is var (first, end) && first < end;

    /// <summary>Which tiles of a block have a position.</summary>
    /// <param name="position">The position.</param>
    /// <param name="samples">How many samples there are.</param>
    /// <param name="first">The number of the block's first tile among those of all samples.</param>
    /// <param name="count">Tiles of the block.</param>
    /// <returns>The first one of the block, how many there are, and whether some of an earlier block had it, too.</returns>
    public (int First, int Count, bool IsContinued) Having(int position, int samples, int first, int count)
    {
        (int begin, int end) = _having[position];
        int skipped = Math.Max((begin * samples) - first, 0);
        return (skipped, Math.Min((end * samples) - first, count) - skipped, begin * samples < first);
    }

    /// <summary>The transforms of each kind of tile.</summary>
    public TileTransform[] Transforms<TSimd, TVector>(int channels)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct =>
        [.. _small.Select(small => TileTransform.For<TSimd, TVector>(_rows.Side(small.Rows), _columns.Side(small.Columns), channels))];

    /// <summary>Floats that <see cref="Cut"/> wants for a patch.</summary>
    public static int PatchLength(int channels) => AlignedBuffer.WholeLines(Positions * channels);

    /// <summary>
    /// Where the window of a tile lies: in the image and its border; or, where that is not as wide as the padding, in a copy with zeros for what lies past it.
    /// What is returned is the place of pixel 0, 0 of a whole window.
    /// </summary>
    /// <param name="image">The image with its border.</param>
    /// <param name="layout">How it lies.</param>
    /// <param name="tile">The tile.</param>
    /// <param name="padding">How far above and left of the tile its window begins.</param>
    /// <param name="patch">Room for the copy.</param>
    /// <param name="rowStride">Floats from a row to the next.</param>
    public static float* Cut(float* image, SampleLayout layout, in WinogradTile tile, int padding, float* patch, out int rowStride)
    {
        int row = tile.Row - padding;
        int column = tile.Column - padding;
        if (layout.Border >= padding)
        {
            rowStride = layout.RowStride;
            return image + layout.Offset(row, column);
        }

        rowStride = Window * layout.Channels;
        new Span<float>(patch, Window * rowStride).Clear();
        int bottom = Math.Min(row + Window, layout.Height + layout.Border);
        int left = Math.Max(column, -layout.Border);
        int right = Math.Min(column + Window, layout.Width + layout.Border);
        for (int y = Math.Max(row, -layout.Border); y < bottom && left < right; y++)
        {
            var from = new ReadOnlySpan<float>(image + layout.Offset(y, left), (right - left) * layout.Channels);
            from.CopyTo(new Span<float>(patch + ((y - row) * rowStride) + ((left - column) * layout.Channels), from.Length));
        }

        return patch;
    }

    private (int First, int End) IntervalOf(int position)
    {
        (int row, int column) = Math.DivRem(position, Window);
        int first = _rows.Small.Has(row) ? _kinds[0] : _kinds[1];
        int end = !_columns.Small.Has(column) ? _kinds[2] : _rows.Small.Has(row) ? _kinds[4] : _kinds[3];
        return _rows.Large.Has(row) && _columns.Large.Has(column) ? (first, end) : (0, 0);
    }

    private WinogradTile[] TilesOf(int kind) =>
    [
        .. from row in _rows.Places(_small[kind].Rows)
           from column in _columns.Places(_small[kind].Columns)
           select new WinogradTile(row, column, kind),
    ];
}

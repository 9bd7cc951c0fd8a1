using CifarFast.Engine.Kernels.Gemm;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>
/// Correlates images with 3×3 filters, stride 1, by F(4×4, 3×3) (<see cref="WinogradTransform{TSimd,TVector}"/>): 36 multiplications where the
/// definition has 144. The transformed elements of all windows are, position by position, a matrix of tiles × inputs, which is multiplied by
/// the matrix of inputs × outputs of the transformed filters. Forward and backward data are both this.
/// <para>
/// The transformed filters are made anew for each batch, which costs about a hundredth of it and needs no one to know who changed the weight. Nothing else may use
/// their memory between the two.
/// </para>
/// </summary>
internal sealed unsafe class WinogradCorrelation<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>
    /// Tiles that are computed at a time where the filters stay in the L2 cache beside what lies between the transforms and the products. Where
    /// they do not, they are read once for each block, which asks for larger ones.
    /// </summary>
    private const int SmallBlock = 24;
    private const int FewFilters = 64 * 128;

    private readonly SampleLayout _from;
    private readonly SampleLayout _to;
    private readonly int _padding;
    private readonly PanelGemm _gemm = PanelGemm.For(TSimd.Tier);
    private readonly FilterBuffer _filters;
    private readonly WinogradTiles _tiles;
    private readonly TileTransform[] _inputs;
    private readonly TileTransform[] _outputs;
    private readonly int _columns;
    private readonly int _block;
    private readonly int _windowRow;
    private readonly int _windowPosition;
    private readonly int _productRow;
    private readonly int _productPosition;
    private readonly int _filterPosition;

    /// <summary>Prepares to correlate.</summary>
    /// <param name="from">The images that are read.</param>
    /// <param name="to">The images that are written, inside their borders.</param>
    /// <param name="rows">How many rows of these are wanted, from the first.</param>
    /// <param name="columns">How many columns.</param>
    /// <param name="padding">Pixels of zeros around what is read.</param>
    /// <param name="filters">Where the transformed filters go.</param>
    public WinogradCorrelation(SampleLayout from, SampleLayout to, int rows, int columns, int padding, FilterBuffer filters)
    {
        _from = from;
        _to = to;
        _padding = padding;
        _tiles = new WinogradTiles(rows, columns, from.Channels, to.Channels);
        _inputs = _tiles.Transforms<TSimd, TVector>(from.Channels);
        _outputs = _tiles.Transforms<TSimd, TVector>(to.Channels);
        _columns = _gemm.Panels(to.Channels) * _gemm.PanelWidth;
        _block = Math.Min(from.Channels * to.Channels <= FewFilters ? SmallBlock : _tiles.Block, _tiles.Count * _tiles.SamplesPerCall);

        // A line more than needed: at a distance of a power of two rows and positions would share a few lines of the L1 cache.
        _windowRow = AlignedBuffer.WholeLines(from.Channels) + AlignedBuffer.CacheLine;
        _windowPosition = (_block * _windowRow) + AlignedBuffer.CacheLine;
        _productRow = _columns + AlignedBuffer.CacheLine;
        _productPosition = (_block * _productRow) + AlignedBuffer.CacheLine;
        _filterPosition = (_columns * from.Channels) + AlignedBuffer.CacheLine;
        _filters = filters;
        _filters.Reserve(checked(WinogradTiles.Positions * _filterPosition));
    }

    /// <summary>How many samples are best computed at a time.</summary>
    public int SamplesPerCall => _tiles.SamplesPerCall;

    /// <summary>Panels of the transformed filters.</summary>
    public int Panels => _columns / _gemm.PanelWidth;

    /// <summary>Floats of scratch it wants, each thread its own; anything may be in them.</summary>
    public int ScratchLength => checked(WinogradTiles.PatchLength(_from.Channels) + (WinogradTiles.Positions * (_windowPosition + _productPosition)));

    /// <summary>
    /// Transforms a panel of filters that lie as a matrix of (row, column, input channel) × output channels, in the panels of the tier; several threads may
    /// transform one each.
    /// </summary>
    public void Prepare(int panelNumber, float* filters)
    {
        int panel = _gemm.PanelWidth;
        int inputs = _from.Channels;
        float* half = stackalloc float[WinogradTiles.Kernel * WinogradTiles.Window * TSimd.Count];
        for (int column = 0; column < panel; column += TSimd.Count)
        {
            float* from = filters + ((nint)panelNumber * WinogradTiles.Kernel * WinogradTiles.Kernel * inputs * panel) + column;
            float* to = _filters.Pointer + (panelNumber * inputs * panel) + column;
            for (int input = 0; input < inputs; input++)
            {
                WinogradTransform<TSimd, TVector>.Filter(from + (input * panel), inputs * panel, half, to + (input * panel), _filterPosition);
            }
        }
    }

    /// <summary>Correlates <paramref name="samples"/> images, one behind the other, and adds the bias, which may be null.</summary>
    public void Run(int samples, float* from, float* bias, float* to, float* scratch)
    {
        float* windows = scratch + WinogradTiles.PatchLength(_from.Channels);
        float* products = windows + (WinogradTiles.Positions * _windowPosition);
        int tiles = samples * _tiles.Count;
        for (int first = 0; first < tiles; first += _block)
        {
            int count = Math.Min(_block, tiles - first);
            TransformWindows(samples, first, count, from, scratch, windows);
            Multiply(samples, first, count, windows, products);
            TransformProducts(samples, first, count, products, bias, to);
        }
    }

    private void TransformWindows(int samples, int first, int count, float* from, float* patch, float* windows)
    {
        for (int i = 0; i < count;)
        {
            ReadOnlySpan<WinogradTile> run = _tiles.Run(first + i, first + count, samples, out int sample);
            TileTransform transform = _inputs[run[0].Kind];
            float* image = from + ((nint)sample * _from.Stride);
            foreach (ref readonly WinogradTile tile in run)
            {
                float* window = WinogradTiles.Cut(image, _from, tile, _padding, patch, out int row);
                transform.Input(window, row, windows + (i++ * _windowRow), _windowPosition);
            }
        }
    }

    private void TransformProducts(int samples, int first, int count, float* products, float* bias, float* to)
    {
        for (int i = 0; i < count;)
        {
            ReadOnlySpan<WinogradTile> run = _tiles.Run(first + i, first + count, samples, out int sample);
            TileTransform transform = _outputs[run[0].Kind];
            float* image = to + ((nint)sample * _to.Stride);
            foreach (ref readonly WinogradTile tile in run)
            {
                float* place = image + _to.Offset(tile.Row, tile.Column);
                transform.Output(products + (i++ * _productRow), _productPosition, bias, place, _to.RowStride);
            }
        }
    }

    /// <summary>The products of a block of tiles: at each position of those that have it.</summary>
    private void Multiply(int samples, int firstTile, int tiles, float* windows, float* products)
    {
        int panel = _gemm.PanelWidth;
        var product = new GemmGeometry
        {
            Segments = 1,
            Columns = _to.Channels,
            Runs = 1,
            RunLength = _from.Channels,
            ARow = _windowRow,
            AStep = 1,
            BPanel = _from.Channels * panel,
            BStep = panel,
            CPanel = panel,
            CRow = _productRow,
        };
        for (int position = 0; position < WinogradTiles.Positions; position++)
        {
            (int first, product.Rows, _) = _tiles.Having(position, samples, firstTile, tiles);
            if (product.Rows > 0)
            {
                _gemm.Multiply(
                    product,
                    windows + (position * _windowPosition) + (first * _windowRow),
                    _filters.Pointer + (position * _filterPosition),
                    null,
                    products + (position * _productPosition) + (first * _productRow),
                    paddedC: true);
            }
        }
    }
}

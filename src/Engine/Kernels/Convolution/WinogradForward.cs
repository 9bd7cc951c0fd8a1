using CifarFast.Engine.Kernels.Gemm;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>
/// The forward pass of a 3×3 convolution of stride 1 by Winograd's minimal filtering, F(4×4, 3×3) (Lavin and Gray 2016): 36
/// multiplications where the definition has 144. The output is cut into tiles of 4×4 pixels; the 36 transformed elements of all
/// their windows are, position by position, a matrix of tiles × inputs, which is multiplied by the matrix of inputs × outputs of
/// the transformed filters. What a tile reads or writes past the image goes through a patch of its own.
/// <para>
/// The transformed filters are made anew for each batch, which costs about a hundredth of it and needs no one to know who changed the weight.
/// </para>
/// </summary>
internal sealed unsafe class WinogradForward<TSimd, TVector> : IConvolutionForward
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private const int Kernel = 3;
    private const int TileSize = 4;
    private const int WindowSize = TileSize + Kernel - 1;
    private const int Positions = WindowSize * WindowSize;

    /// <summary>
    /// Tiles that are computed at a time: as many rows as one or two tiles of registers take, and few enough that what lies between
    /// the transforms and the products stays in the L2 cache. 12 to 32 were measured to be no faster.
    /// </summary>
    private const int MaxBlock = 8;

    private readonly ConvolutionGeometry _geometry;
    private readonly ParameterLayout _weightLayout;
    private readonly ParameterLayout _biasLayout;
    private readonly float[] _noBias;
    private readonly PanelGemm _gemm;
    private readonly AlignedBuffer _filters;
    private readonly int _inputs;
    private readonly int _outputs;
    private readonly int _columns;
    private readonly int _tilesInRow;
    private readonly int _tiles;
    private readonly int _block;
    private readonly int _windowPosition;
    private readonly int _productPosition;
    private readonly int _filterPosition;

    public WinogradForward(ConvolutionProblem problem)
    {
        ConvolutionGeometry geometry = problem.Geometry;
        ArgumentOutOfRangeException.ThrowIfNotEqual(geometry.Kernel, Kernel);
        ArgumentOutOfRangeException.ThrowIfNotEqual(geometry.Stride, 1);
        _geometry = geometry;
        _weightLayout = problem.WeightLayout;
        _biasLayout = problem.BiasLayout;
        _noBias = new float[_biasLayout.StoredLength];
        _gemm = PanelGemm.For(TSimd.Tier);
        _inputs = geometry.Input.Channels;
        _outputs = geometry.Output.Channels;
        _columns = _gemm.Panels(_outputs) * _gemm.PanelWidth;
        _tilesInRow = (geometry.Output.Width + TileSize - 1) / TileSize;
        _tiles = (geometry.Output.Height + TileSize - 1) / TileSize * _tilesInRow;
        _block = Math.Min(MaxBlock, _tiles);

        // A line more than needed: at a distance of a power of two all positions of a tile would share a few lines of the L1 cache.
        _windowPosition = AlignedBuffer.WholeLines(_block * _inputs) + AlignedBuffer.CacheLine;
        _productPosition = AlignedBuffer.WholeLines(_block * _columns) + AlignedBuffer.CacheLine;
        _filterPosition = (_columns * _inputs) + AlignedBuffer.CacheLine;
        _filters = new AlignedBuffer(Positions * _filterPosition);
    }

    public int ScratchLength => HalfLength + PatchLength + (Positions * (_windowPosition + _productPosition));

    private static int HalfLength => AlignedBuffer.WholeLines(Positions * TSimd.Count);

    private int PatchLength => AlignedBuffer.WholeLines(Math.Max(Positions * _inputs, TileSize * TileSize * _outputs));

    public void Prepare(ReadOnlySpan<float> weight)
    {
        _weightLayout.Check(weight, nameof(weight));
        int panel = _gemm.PanelWidth;
        float* half = stackalloc float[Kernel * WindowSize * TSimd.Count];
        fixed (float* from = weight)
        {
            for (int column = 0; column < _columns; column += TSimd.Count)
            {
                float* filters = from + (column / panel * _geometry.Depth * panel) + (column % panel);
                float* to = _filters.Pointer + (column / panel * _inputs * panel) + (column % panel);
                for (int input = 0; input < _inputs; input++)
                {
                    WinogradTransform<TSimd, TVector>.Filter(filters + (input * panel), _inputs * panel, half, to + (input * panel), _filterPosition);
                }
            }
        }
    }

    public void Run(ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output, Span<float> scratch)
    {
        _geometry.Input.Check(input, nameof(input));
        _geometry.Output.Check(output, nameof(output));
        _weightLayout.Check(weight, nameof(weight));
        if (bias.IsEmpty)
        {
            bias = _noBias;
        }

        _biasLayout.Check(bias, nameof(bias));
        fixed (float* from = input, shift = bias, to = output, half = scratch[..ScratchLength])
        {
            float* patch = half + HalfLength;
            float* windows = patch + PatchLength;
            float* products = windows + (Positions * _windowPosition);
            for (int first = 0; first < _tiles; first += _block)
            {
                int count = Math.Min(_block, _tiles - first);
                for (int i = 0; i < count; i++)
                {
                    TransformWindow(first + i, from, half, patch, windows + (i * _inputs));
                }

                Multiply(count, windows, products);
                for (int i = 0; i < count; i++)
                {
                    TransformProducts(first + i, products + (i * _columns), shift, half, patch, to);
                }
            }
        }
    }

    private void TransformWindow(int tile, float* input, float* half, float* patch, float* to)
    {
        SampleLayout layout = _geometry.Input;
        int row = (tile / _tilesInRow * TileSize) - _geometry.Padding;
        int column = (tile % _tilesInRow * TileSize) - _geometry.Padding;
        int rows = Math.Min(WindowSize, layout.Height + layout.Border - row);
        int columns = Math.Min(WindowSize, layout.Width + layout.Border - column);
        float* window = input + layout.Offset(row, column);
        int rowStride = layout.RowStride;
        if (rows < WindowSize || columns < WindowSize)
        {
            // Outputs that are kept do not depend on what lies past the border, but infinity or NaN would get into them.
            int patchRow = WindowSize * _inputs;
            new Span<float>(patch, WindowSize * patchRow).Clear();
            for (int y = 0; y < rows; y++)
            {
                new Span<float>(window + (y * rowStride), columns * _inputs).CopyTo(new Span<float>(patch + (y * patchRow), patchRow));
            }

            window = patch;
            rowStride = patchRow;
        }

        int done = WinogradTransform<TSimd, TVector>.Input(window, rowStride, _inputs, 0, _inputs, half, to, _windowPosition);
        WinogradTransform<SimdScalar, float>.Input(window, rowStride, _inputs, done, _inputs, half, to, _windowPosition);
    }

    private void Multiply(int tiles, float* windows, float* products)
    {
        int panel = _gemm.PanelWidth;
        var product = new GemmGeometry
        {
            Segments = 1,
            Rows = tiles,
            Columns = _outputs,
            Runs = 1,
            RunLength = _inputs,
            ARow = _inputs,
            AStep = 1,
            BPanel = _inputs * panel,
            BStep = panel,
            CPanel = panel,
            CRow = _columns,
        };
        for (int position = 0; position < Positions; position++)
        {
            _gemm.Multiply(
                product,
                windows + (position * _windowPosition),
                _filters.Pointer + (position * _filterPosition),
                null,
                products + (position * _productPosition),
                paddedC: true);
        }
    }

    private void TransformProducts(int tile, float* products, float* bias, float* half, float* patch, float* output)
    {
        SampleLayout layout = _geometry.Output;
        int row = tile / _tilesInRow * TileSize;
        int column = tile % _tilesInRow * TileSize;
        int rows = Math.Min(TileSize, layout.Height - row);
        int columns = Math.Min(TileSize, layout.Width - column);
        bool whole = rows == TileSize && columns == TileSize;
        float* image = output + layout.Offset(row, column);
        float* to = whole ? image : patch;
        int rowStride = whole ? layout.RowStride : TileSize * _outputs;
        int done = WinogradTransform<TSimd, TVector>.Output(products, _productPosition, bias, 0, _outputs, half, to, rowStride, _outputs);
        WinogradTransform<SimdScalar, float>.Output(products, _productPosition, bias, done, _outputs, half, to, rowStride, _outputs);
        for (int y = 0; !whole && y < rows; y++)
        {
            new Span<float>(patch + (y * rowStride), columns * _outputs).CopyTo(new Span<float>(image + (y * layout.RowStride), columns * _outputs));
        }
    }
}

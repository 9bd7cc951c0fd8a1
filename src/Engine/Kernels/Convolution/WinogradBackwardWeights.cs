using CifarFast.Engine.Kernels.Gemm;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>
/// The backward pass of a 3×3 convolution of stride 1 to weight and bias by F(3×3, 4×4) (<see cref="WinogradTransform{TSimd,TVector}"/>): the
/// transformed windows of the input and the transformed tiles of the output gradient are, position by position, matrices of tiles × inputs and
/// tiles × outputs, and the product of the first one's transpose and the second is summed over all tiles of a shard. Then the sum is
/// transformed back.
/// </summary>
internal sealed unsafe class WinogradBackwardWeights<TSimd, TVector> : IConvolutionBackwardWeights
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly ConvolutionGeometry _geometry;
    private readonly ParameterLayout _weightLayout;
    private readonly ParameterLayout _biasLayout;
    private readonly PanelGemm _gemm = PanelGemm.For(TSimd.Tier);
    private readonly WinogradTiles _tiles;
    private readonly TileTransform[] _inputTransforms;
    private readonly TileTransform[] _outputTransforms;
    private readonly int _inputs;
    private readonly int _outputs;
    private readonly int _windowRow;
    private readonly int _windowPosition;
    private readonly int _gradientRow;
    private readonly int _gradientPosition;
    private readonly int _group;
    private readonly int _sumPosition;

    public WinogradBackwardWeights(ConvolutionProblem problem)
    {
        _geometry = problem.Geometry;
        ArgumentOutOfRangeException.ThrowIfNotEqual(_geometry.Kernel, WinogradTiles.Kernel);
        ArgumentOutOfRangeException.ThrowIfNotEqual(_geometry.Stride, 1);
        _weightLayout = problem.WeightLayout;
        _biasLayout = problem.BiasLayout;
        _tiles = new WinogradTiles(_geometry.UsedRows, _geometry.UsedColumns, _geometry.Input.Channels, _geometry.Output.Channels);
        _inputs = _geometry.Input.Channels;
        _outputs = _geometry.Output.Channels;
        _inputTransforms = _tiles.Transforms<TSimd, TVector>(_inputs);
        _outputTransforms = _tiles.Transforms<TSimd, TVector>(_outputs);
        int columns = _gemm.Panels(_outputs) * _gemm.PanelWidth;

        // A line more than needed: at a distance of a power of two rows and positions would share a few lines of the L1 cache.
        _windowRow = AlignedBuffer.WholeLines(_inputs) + AlignedBuffer.CacheLine;
        _windowPosition = (_tiles.Block * _windowRow) + AlignedBuffer.CacheLine;
        _gradientRow = columns + AlignedBuffer.CacheLine;
        _gradientPosition = (_tiles.Block * _gradientRow) + AlignedBuffer.CacheLine;
        _group = _tiles.HasManyFilters ? _gemm.PanelWidth : columns;
        _sumPosition = (_inputs * _group) + AlignedBuffer.CacheLine;
    }

    public int? SamplesPerCall => _tiles.SamplesPerCall;

    public int ScratchLength =>
        checked(PatchLength + BiasLength + (WinogradTiles.Positions * (_windowPosition + _gradientPosition)) + KeptLength);

    public int KeptLength => checked((_outputs + _group - 1) / _group * SumLength);

    /// <summary>Floats of the sums of a group of outputs.</summary>
    private int SumLength => checked(WinogradTiles.Positions * _sumPosition);

    private int BiasLength => AlignedBuffer.WholeLines(_biasLayout.StoredLength);

    private int PatchLength => WinogradTiles.PatchLength(_inputs);

    public void Run(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> outputGradient,
        Span<float> weightGradient,
        Span<float> biasGradient,
        Accumulation accumulation,
        Span<float> scratch,
        bool endsShard) => RunSamples(input, outputGradient, weightGradient, biasGradient, accumulation, scratch, samples: 1, endsShard);

    public void RunSamples(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> outputGradient,
        Span<float> weightGradient,
        Span<float> biasGradient,
        Accumulation accumulation,
        Span<float> scratch,
        int samples,
        bool endsShard)
    {
        _weightLayout.Check(weightGradient, nameof(weightGradient));
        _geometry.Input.Check(input, nameof(input), samples);
        _geometry.OutputGradient.Check(outputGradient, nameof(outputGradient), samples);
        ArgumentOutOfRangeException.ThrowIfEqual((int)accumulation, (int)Accumulation.Continue);
        fixed (float* images = input, gradients = outputGradient, patch = scratch[..ScratchLength], weight = weightGradient)
        {
            float* windows = patch + PatchLength + BiasLength;
            float* transformed = windows + (WinogradTiles.Positions * _windowPosition);
            float* sums = transformed + (WinogradTiles.Positions * _gradientPosition);
            int tiles = samples * _tiles.Count;
            for (int first = 0; first < tiles; first += _tiles.Block)
            {
                int count = Math.Min(_tiles.Block, tiles - first);
                for (int i = 0; i < count;)
                {
                    ReadOnlySpan<WinogradTile> run = _tiles.Run(first + i, first + count, samples, out int sample);
                    float* image = images + ((nint)sample * _geometry.Input.Stride);
                    float* gradient = gradients + ((nint)sample * _geometry.OutputGradient.Stride);
                    foreach (ref readonly WinogradTile tile in run)
                    {
                        float* window = WinogradTiles.Cut(image, _geometry.Input, tile, _geometry.Padding, patch, out int row);
                        _inputTransforms[tile.Kind].Input(window, row, windows + (i * _windowRow), _windowPosition);
                        float* pixels = gradient + _geometry.OutputGradient.Offset(tile.Row, tile.Column);
                        _outputTransforms[tile.Kind].OutputGradient(
                            pixels, _geometry.OutputGradient.RowStride, transformed + (i * _gradientRow), _gradientPosition);
                        i++;
                    }
                }

                Multiply(samples, first, count, windows, transformed, sums, accumulation == Accumulation.Add, endsShard && first + count == tiles ? weight : null);
            }

            for (int sample = 0; sample < samples && !biasGradient.IsEmpty; sample++)
            {
                _biasLayout.Check(biasGradient, nameof(biasGradient));
                var sum = new Span<float>(patch + PatchLength, _outputs);
                SumPixels(gradients + ((nint)sample * _geometry.OutputGradient.Stride), sum);
                bool add = accumulation == Accumulation.Add || sample > 0;
                for (int o = 0; o < _outputs; o++)
                {
                    biasGradient[o] = add ? biasGradient[o] + sum[o] : sum[o];
                }
            }
        }
    }

    /// <summary>
    /// Adds the products of a block of tiles to the sums; and where it is the last one, transforms the sums into the weight's gradient. Few filters are
    /// summed together, so that what a position has of the tiles is read once. The sums of many would go to memory and back: they are summed a panel of
    /// outputs at a time, and where the block is the only one, in the same place one after the other.
    /// </summary>
    private void Multiply(int samples, int firstTile, int tiles, float* windows, float* gradients, float* sums, bool add, float* weight)
    {
        bool isOnly = weight != null && firstTile == 0 && !add;
        int panel = _gemm.PanelWidth;
        for (int column = 0; column < _outputs; column += _group)
        {
            MultiplyGroup(samples, firstTile, tiles, windows, gradients + column, sums, add, Math.Min(_group, _outputs - column));
            if (weight != null)
            {
                ClearUnused(sums, Math.Min(_group, _outputs - column));
                for (int inGroup = 0; inGroup < _group && column + inGroup < _outputs; inGroup += panel)
                {
                    float* to = weight + ((nint)(column + inGroup) * _geometry.Depth);
                    WinogradTransform<TSimd, TVector>.FilterGradients(_inputs, panel, sums + inGroup, _group, _sumPosition, to, _inputs * panel);
                }
            }

            sums += isOnly ? 0 : SumLength;
        }
    }

    /// <summary>Adds products to the sums of some outputs: at each position of the tiles that have it.</summary>
    private void MultiplyGroup(int samples, int firstTile, int tiles, float* windows, float* gradients, float* sums, bool add, int columns)
    {
        var product = new GemmGeometry
        {
            Segments = 1,
            Rows = _inputs,
            Columns = columns,
            Runs = 1,
            ARow = 1,
            AStep = _windowRow,
            BPanel = _gemm.PanelWidth,
            BStep = _gradientRow,
            CPanel = _gemm.PanelWidth,
            CRow = _group,
        };
        for (int position = 0; position < WinogradTiles.Positions; position++)
        {
            (int first, product.RunLength, bool isContinued) = _tiles.Having(position, samples, firstTile, tiles);
            product.Accumulate = add || isContinued;
            if (product.RunLength > 0)
            {
                _gemm.Multiply(
                    product,
                    windows + (position * _windowPosition) + (first * _windowRow),
                    gradients + (position * _gradientPosition) + (first * _gradientRow),
                    null,
                    sums + (position * _sumPosition),
                    paddedC: true);
            }
        }
    }

    /// <summary>Positions that no tile has have no sum; and what the products made of columns behind the last output, if anything, would become the padding of the gradient.</summary>
    private void ClearUnused(float* sums, int columns)
    {
        for (int position = 0; position < WinogradTiles.Positions; position++)
        {
            float* sum = sums + (position * _sumPosition);
            if (!_tiles.Has(position))
            {
                new Span<float>(sum, _inputs * _group).Clear();
            }

            for (int input = 0; input < _inputs && columns < _group; input++)
            {
                new Span<float>(sum + (input * _group) + columns, _group - columns).Clear();
            }
        }
    }

    /// <summary>Sums an image over its pixels, row by row.</summary>
    private void SumPixels(float* image, Span<float> sum)
    {
        SampleLayout layout = _geometry.OutputGradient;
        fixed (float* to = sum)
        {
            if (_outputs >= TSimd.Count)
            {
                SumPixels<TSimd, TVector>(image, layout, to);
            }
            else
            {
                SumPixels<SimdScalar, float>(image, layout, to);
            }
        }
    }

    private static void SumPixels<TOther, TOtherVector>(float* image, SampleLayout layout, float* sum)
        where TOther : struct, ISimd<TOtherVector>
        where TOtherVector : struct
    {
        for (int next = 0; next < layout.Channels; next += TOther.Count)
        {
            int channel = Math.Min(next, layout.Channels - TOther.Count);
            TOtherVector total = TOther.Zero;
            for (int row = 0; row < layout.Height; row++)
            {
                float* pixels = image + layout.Offset(row, 0) + channel;
                for (int column = 0; column < layout.Width; column++)
                {
                    total = TOther.Add(total, TOther.Load(pixels + (column * layout.Channels)));
                }
            }

            TOther.Store(total, sum + channel);
        }
    }
}

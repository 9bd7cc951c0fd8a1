using CifarFast.Engine.Kernels.Gemm;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>
/// Convolution as three matrix products over im2col views (Chellapilla, Puri and Simard 2006, without storing the im2col matrix):
/// a row of it, the window of an output pixel, is one contiguous run of kernel·channels floats for each kernel row.
/// <list type="bullet">
/// <item>Forward: output pixels × (kernel window) · (kernel window) × output channels.</item>
/// <item>Input gradient: the same product of the bordered output gradient with the flipped, transposed weight.</item>
/// <item>Weight gradient: (kernel window) × output pixels · output pixels × output channels.</item>
/// </list>
/// The weight is kept in panels for the forward product; the backward one gets its own copy once a step.
/// </summary>
internal sealed unsafe class GemmConvolution : IConvolution
{
    private static readonly float[] One = [1];

    private readonly ConvolutionGeometry _geometry;
    private readonly PanelGemm _gemm;
    private readonly SampleLayout _window;
    private readonly bool _readsGradientInPlace;
    private readonly bool _packsGradient;
    private readonly AlignedBuffer _flipped;
    private readonly GemmPart[] _forward;
    private readonly GemmPart[] _backwardInput;
    private readonly GemmPart[] _backwardWeight;
    private readonly GemmGeometry _backwardBias;

    public GemmConvolution(SimdTier tier, ConvolutionGeometry geometry)
    {
        _geometry = geometry;
        _gemm = PanelGemm.For(tier);
        int kernel = geometry.Kernel;
        SampleLayout input = geometry.Input;
        SampleLayout output = geometry.Output;
        SampleLayout gradient = geometry.OutputGradient;
        SampleLayout inputGradient = geometry.InputGradient;
        int panel = _gemm.PanelWidth;

        WeightLayout = geometry.WeightPanels(panel);
        BiasLayout = ParameterLayout.Dense(_gemm.Panels(output.Channels) * panel);

        var forward = new GemmGeometry
        {
            Segments = output.Height,
            Rows = output.Width,
            Columns = output.Channels,
            Runs = kernel,
            RunLength = kernel * input.Channels,
            ASegment = geometry.Stride * input.RowStride,
            ARow = geometry.Stride * input.Channels,
            ARun = input.RowStride,
            AStep = 1,
            BPanel = geometry.Depth * panel,
            BRun = kernel * input.Channels * panel,
            BStep = panel,
            CPanel = panel,
            CSegment = output.RowStride,
            CRow = output.Channels,
        };
        TapBand[] rowBands = TapBand.Cut(output.Height, geometry.Stride, kernel, 1, -geometry.Padding, input.Height);
        TapBand[] columnBands = TapBand.Cut(output.Width, geometry.Stride, kernel, 1, -geometry.Padding, input.Width);
        _forward = GemmPart.Cut(forward, rowBands, columnBands, rowsOfPosition: 1, stepsOfTap: input.Channels);

        // With stride 1 and a wide enough border the output gradient already is the image that the backward product reads;
        // else it is first spread out into scratch, stride by stride, with zeros between and around.
        _readsGradientInPlace = geometry.Stride == 1 && gradient.Border >= kernel - 1 - geometry.Padding;
        _window = _readsGradientInPlace
            ? gradient
            : new SampleLayout(output.Channels, input.Height + kernel - 1, input.Width + kernel - 1, 0);
        int reach = kernel - 1 - geometry.Padding;
        int backwardDepth = kernel * kernel * output.Channels;
        _flipped = new AlignedBuffer(_gemm.Panels(input.Channels) * panel * backwardDepth);
        var backwardInput = new GemmGeometry
        {
            Segments = input.Height,
            Rows = input.Width,
            Columns = input.Channels,
            Runs = kernel,
            RunLength = kernel * output.Channels,
            ASegment = _window.RowStride,
            ARow = output.Channels,
            ARun = _window.RowStride,
            AStep = 1,
            BPanel = backwardDepth * panel,
            BRun = kernel * output.Channels * panel,
            BStep = panel,
            CPanel = panel,
            CSegment = inputGradient.RowStride,
            CRow = inputGradient.Channels,
        };
        int origin = _readsGradientInPlace ? -reach : 0;
        rowBands = TapBand.Cut(input.Height, 1, kernel, 1, origin, _window.Height);
        columnBands = TapBand.Cut(input.Width, 1, kernel, 1, origin, _window.Width);
        _backwardInput = GemmPart.Cut(backwardInput, rowBands, columnBands, rowsOfPosition: 1, stepsOfTap: output.Channels);

        // The product with the output gradient reads whole vectors of it, so channels that do not fill them are packed first.
        _packsGradient = output.Channels % _gemm.VectorWidth != 0;
        int pixels = output.Height * output.Width;
        var backwardWeight = new GemmGeometry
        {
            Segments = kernel,
            Rows = kernel * input.Channels,
            Columns = output.Channels,
            Runs = output.Height,
            RunLength = output.Width,
            ASegment = input.RowStride,
            ARow = 1,
            ARun = geometry.Stride * input.RowStride,
            AStep = geometry.Stride * input.Channels,
            BPanel = _packsGradient ? pixels * panel : panel,
            BRun = _packsGradient ? output.Width * panel : gradient.RowStride,
            BStep = _packsGradient ? panel : output.Channels,
            CPanel = geometry.Depth * panel,
            CSegment = kernel * input.Channels * panel,
            CRow = panel,
        };
        rowBands = TapBand.Cut(kernel, 1, output.Height, geometry.Stride, -geometry.Padding, input.Height);
        columnBands = TapBand.Cut(kernel, 1, output.Width, geometry.Stride, -geometry.Padding, input.Width);
        _backwardWeight = GemmPart.Cut(backwardWeight, rowBands, columnBands, rowsOfPosition: input.Channels, stepsOfTap: 1);

        // The bias gradient is the product of a row of ones with the output gradient.
        _backwardBias = backwardWeight with { Segments = 1, Rows = 1, ASegment = 0, ARow = 0, ARun = 0, AStep = 0, CPanel = panel };
        PackedLength = _packsGradient ? pixels * BiasLayout.StoredLength : 0;
        ScratchLength = PackedLength + (_readsGradientInPlace ? 0 : _window.Size);
    }

    public ParameterLayout WeightLayout { get; }

    public ParameterLayout BiasLayout { get; }

    public int ScratchLength { get; }

    private int PackedLength { get; }

    public void Forward(ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output, Span<float> scratch)
    {
        _geometry.Input.Check(input, nameof(input));
        _geometry.Output.Check(output, nameof(output));
        CheckParameters(weight, bias);
        int start = _geometry.Input.Offset(-_geometry.Padding, -_geometry.Padding);
        fixed (float* a = input, b = weight, shift = bias, c = output)
        {
            Multiply(_forward, a + start, b, shift, c + _geometry.Output.Offset(0, 0), accumulate: false, paddedC: false);
        }
    }

    public void PrepareBackward(ReadOnlySpan<float> weight)
    {
        WeightLayout.Check(weight, nameof(weight));
        int taps = _geometry.Kernel * _geometry.Kernel;
        int inputs = _geometry.Input.Channels;
        int outputs = _geometry.Output.Channels;
        int panel = _gemm.PanelWidth;
        fixed (float* from = weight, to = _flipped.Span)
        {
            for (int first = 0; first < inputs; first += panel)
            {
                int width = Math.Min(panel, inputs - first);
                for (int tap = 0; tap < taps; tap++)
                {
                    // Rotating a square kernel by half a turn reverses the order of its elements.
                    int flippedTap = taps - 1 - tap;
                    for (int o = 0; o < outputs; o++)
                    {
                        float* column = from + (((o / panel * _geometry.Depth) + (tap * inputs) + first) * panel) + (o % panel);
                        float* row = to + (first * taps * outputs) + (((flippedTap * outputs) + o) * panel);
                        for (int c = 0; c < width; c++)
                        {
                            row[c] = column[c * panel];
                        }
                    }
                }
            }
        }
    }

    public void BackwardInput(ReadOnlySpan<float> outputGradient, Span<float> inputGradient, Span<float> scratch)
    {
        _geometry.OutputGradient.Check(outputGradient, nameof(outputGradient));
        _geometry.InputGradient.Check(inputGradient, nameof(inputGradient));
        ReadOnlySpan<float> window = outputGradient;
        int start = 0;
        if (_readsGradientInPlace)
        {
            int reach = _geometry.Kernel - 1 - _geometry.Padding;
            start = _window.Offset(-reach, -reach);
        }
        else
        {
            Span<float> spread = scratch.Slice(PackedLength, _window.Size);
            Spread(outputGradient, spread);
            window = spread;
        }

        fixed (float* a = window, b = _flipped.Span, c = inputGradient)
        {
            Multiply(_backwardInput, a + start, b, null, c + _geometry.InputGradient.Offset(0, 0), accumulate: false, paddedC: false);
        }
    }

    public void BackwardParameters(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> outputGradient,
        Span<float> weightGradient,
        Span<float> biasGradient,
        bool accumulate,
        Span<float> scratch)
    {
        _geometry.Input.Check(input, nameof(input));
        _geometry.OutputGradient.Check(outputGradient, nameof(outputGradient));
        CheckParameters(weightGradient, biasGradient);
        ReadOnlySpan<float> gradient = outputGradient[_geometry.OutputGradient.Offset(0, 0)..];
        if (_packsGradient)
        {
            Span<float> packed = scratch[..PackedLength];
            Pack(outputGradient, packed);
            gradient = packed;
        }

        int start = _geometry.Input.Offset(-_geometry.Padding, -_geometry.Padding);
        fixed (float* a = input, b = gradient, c = weightGradient, d = biasGradient, one = One)
        {
            Multiply(_backwardWeight, a + start, b, null, c, accumulate, paddedC: true);
            _gemm.Multiply(_backwardBias with { Accumulate = accumulate }, one, b, null, d, paddedC: true);
        }
    }

    private void Multiply(GemmPart[] parts, float* a, float* b, float* bias, float* c, bool accumulate, bool paddedC)
    {
        foreach (GemmPart part in parts)
        {
            _gemm.Multiply(part.Geometry with { Accumulate = accumulate }, a + part.A, b + part.B, bias, c + part.C, paddedC);
        }
    }

    private void CheckParameters(ReadOnlySpan<float> weight, ReadOnlySpan<float> bias)
    {
        WeightLayout.Check(weight, nameof(weight));
        BiasLayout.Check(bias, nameof(bias));
    }

    /// <summary>
    /// Puts the output gradient's pixels where the backward product, which walks with stride 1 and no padding, meets them. The
    /// zeros between them are scratch's own: the same places are written every time.
    /// </summary>
    private void Spread(ReadOnlySpan<float> outputGradient, Span<float> spread)
    {
        SampleLayout gradient = _geometry.OutputGradient;
        int reach = _geometry.Kernel - 1 - _geometry.Padding;
        for (int y = 0; y < gradient.Height; y++)
        {
            int row = (y * _geometry.Stride) + reach;
            for (int x = 0; x < gradient.Width; x++)
            {
                int column = (x * _geometry.Stride) + reach;
                if (row >= 0 && row < _window.Height && column >= 0 && column < _window.Width)
                {
                    outputGradient.Slice(gradient.Offset(y, x), gradient.Channels).CopyTo(spread[_window.Offset(row, column)..]);
                }
            }
        }
    }

    /// <summary>Copies the output gradient into panels whose last one is filled up with zeros, which are scratch's own.</summary>
    private void Pack(ReadOnlySpan<float> outputGradient, Span<float> packed)
    {
        SampleLayout gradient = _geometry.OutputGradient;
        int panel = _gemm.PanelWidth;
        int pixels = gradient.Height * gradient.Width;
        for (int y = 0; y < gradient.Height; y++)
        {
            for (int x = 0; x < gradient.Width; x++)
            {
                ReadOnlySpan<float> from = outputGradient.Slice(gradient.Offset(y, x), gradient.Channels);
                int pixel = (y * gradient.Width) + x;
                for (int o = 0; o < gradient.Channels; o += panel)
                {
                    from.Slice(o, Math.Min(panel, gradient.Channels - o)).CopyTo(packed[(((o / panel * pixels) + pixel) * panel)..]);
                }
            }
        }
    }
}

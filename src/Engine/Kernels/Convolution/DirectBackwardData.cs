using CifarFast.Engine.Kernels.Gemm;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>
/// The backward pass to the input as the forward product of the bordered output gradient with the flipped, transposed weight, of which it
/// gets a copy once a step.
/// </summary>
internal sealed unsafe class DirectBackwardData : IConvolutionBackwardData
{
    private readonly ConvolutionGeometry _geometry;
    private readonly PanelGemm _gemm;
    private readonly ParameterLayout _weightLayout;
    private readonly SampleLayout _window;
    private readonly bool _readsGradientInPlace;
    private readonly AlignedBuffer _flipped;
    private readonly GemmPart[] _parts;

    public DirectBackwardData(ConvolutionProblem problem)
    {
        ConvolutionGeometry geometry = problem.Geometry;
        _geometry = geometry;
        _gemm = PanelGemm.For(problem.Execution.Tier);
        _weightLayout = problem.WeightLayout;
        int kernel = geometry.Kernel;
        SampleLayout input = geometry.Input;
        SampleLayout output = geometry.Output;
        SampleLayout gradient = geometry.OutputGradient;
        SampleLayout inputGradient = geometry.InputGradient;
        int panel = _gemm.PanelWidth;

        // With stride 1 and a wide enough border the output gradient already is the image that the backward product reads;
        // else it is first spread out into scratch, stride by stride, with zeros between and around.
        _readsGradientInPlace = geometry.Stride == 1 && gradient.Border >= kernel - 1 - geometry.Padding;
        _window = _readsGradientInPlace
            ? gradient
            : new SampleLayout(output.Channels, input.Height + kernel - 1, input.Width + kernel - 1, 0);
        int reach = kernel - 1 - geometry.Padding;
        int backwardDepth = kernel * kernel * output.Channels;
        _flipped = new AlignedBuffer(_gemm.Panels(input.Channels) * panel * backwardDepth);
        var whole = new GemmGeometry
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
        PaddingBand[] rowBands = PaddingBand.Cut(input.Height, 1, kernel, 1, origin, _window.Height);
        PaddingBand[] columnBands = PaddingBand.Cut(input.Width, 1, kernel, 1, origin, _window.Width);
        _parts = GemmPart.Cut(whole, rowBands, columnBands, rowsOfPosition: 1, stepsOfTap: output.Channels);
    }

    public int ScratchLength => _readsGradientInPlace ? 0 : _window.Size;

    public void Prepare(ReadOnlySpan<float> weight)
    {
        _weightLayout.Check(weight, nameof(weight));
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

    public void Run(ReadOnlySpan<float> outputGradient, Span<float> inputGradient, Span<float> scratch)
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
            Span<float> spread = scratch[.._window.Size];
            Spread(outputGradient, spread);
            window = spread;
        }

        fixed (float* a = window, b = _flipped.Span, c = inputGradient)
        {
            GemmPart.Multiply(_gemm, _parts, a + start, b, null, c + _geometry.InputGradient.Offset(0, 0), Accumulation.Overwrite, paddedC: false);
        }
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
}

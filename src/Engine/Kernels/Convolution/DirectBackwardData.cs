using CifarFast.Engine.Kernels.Gemm;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>
/// The backward pass to the input as the forward product of the bordered output gradient with the <see cref="FlippedWeight"/>,
/// made once a step.
/// </summary>
internal sealed unsafe class DirectBackwardData : IConvolutionBackwardData
{
    private readonly ConvolutionGeometry _geometry;
    private readonly PanelGemm _gemm;
    private readonly SampleLayout _window;
    private readonly bool _readsGradientInPlace;
    private readonly FlippedWeight _flipped;
    private readonly GemmPart[] _parts;

    public DirectBackwardData(ConvolutionProblem problem)
    {
        ConvolutionGeometry geometry = problem.Geometry;
        _geometry = geometry;
        _gemm = PanelGemm.For(problem.Execution.Tier);
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
        _flipped = new FlippedWeight(problem);
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
            BPanel = _flipped.Depth * panel,
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

    public long Floats => _flipped.Floats;

    public int WeightParts => _flipped.Panels;

    public void Prepare(int part, ReadOnlySpan<float> weight) => _flipped.Make(part, weight);

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

        fixed (float* a = window, c = inputGradient)
        {
            GemmPart.Multiply(_gemm, _parts, a + start, _flipped.Pointer, null, c + _geometry.InputGradient.Offset(0, 0), Accumulation.Overwrite, paddedC: false);
        }
    }

    /// <summary>
    /// Puts the output gradient's pixels where the backward product, which walks with stride 1 and no padding, meets them, and zeros between and
    /// around them.
    /// </summary>
    private void Spread(ReadOnlySpan<float> outputGradient, Span<float> spread)
    {
        SampleLayout gradient = _geometry.OutputGradient;
        int reach = _geometry.Kernel - 1 - _geometry.Padding;
        spread.Clear();
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

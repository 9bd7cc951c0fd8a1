using CifarFast.Engine.Kernels.Gemm;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>
/// The forward pass as a matrix product over an im2col view (Chellapilla, Puri and Simard 2006, without storing the im2col matrix): a row of
/// it, the window of an output pixel, is one contiguous run of kernel·channels floats for each kernel row. The product is output pixels ×
/// (kernel window) · (kernel window) × output channels.
/// </summary>
internal sealed unsafe class DirectForward : IConvolutionForward
{
    private readonly ConvolutionGeometry _geometry;
    private readonly PanelGemm _gemm;
    private readonly ParameterLayout _weightLayout;
    private readonly ParameterLayout _biasLayout;
    private readonly GemmPart[] _parts;

    public DirectForward(ConvolutionProblem problem)
    {
        ConvolutionGeometry geometry = problem.Geometry;
        _geometry = geometry;
        _gemm = PanelGemm.For(problem.Execution.Tier);
        _weightLayout = problem.WeightLayout;
        _biasLayout = problem.BiasLayout;
        int kernel = geometry.Kernel;
        SampleLayout input = geometry.Input;
        SampleLayout output = geometry.Output;
        int panel = _gemm.PanelWidth;
        var whole = new GemmGeometry
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
        PaddingBand[] rowBands = PaddingBand.Cut(output.Height, geometry.Stride, kernel, 1, -geometry.Padding, input.Height);
        PaddingBand[] columnBands = PaddingBand.Cut(output.Width, geometry.Stride, kernel, 1, -geometry.Padding, input.Width);
        _parts = GemmPart.Cut(whole, rowBands, columnBands, rowsOfPosition: 1, stepsOfTap: input.Channels);
    }

    public void Run(ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output, Span<float> scratch)
    {
        _geometry.Input.Check(input, nameof(input));
        _geometry.Output.Check(output, nameof(output));
        _weightLayout.Check(weight, nameof(weight));
        if (!bias.IsEmpty)
        {
            _biasLayout.Check(bias, nameof(bias));
        }

        int start = _geometry.Input.Offset(-_geometry.Padding, -_geometry.Padding);
        fixed (float* a = input, b = weight, shift = bias, c = output)
        {
            GemmPart.Multiply(_gemm, _parts, a + start, b, shift, c + _geometry.Output.Offset(0, 0), Accumulation.Overwrite, paddedC: false);
        }
    }
}

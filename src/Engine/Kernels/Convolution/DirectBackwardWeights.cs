using CifarFast.Engine.Kernels.Gemm;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>
/// The backward pass to weight and bias as a matrix product: (kernel window) × output pixels · output pixels × output channels, the left
/// operand being a view of the input. The bias gradient is the product of a row of ones with the output gradient.
/// </summary>
internal sealed unsafe class DirectBackwardWeights : IConvolutionBackwardWeights
{
    /// <summary>
    /// Steps, pixels here, that a sum takes at least before it is added to others: a long sum rounds more, and a short one spends its time on
    /// reading and writing. Another number is another numerics version.
    /// </summary>
    private const int LeastBlockSteps = 256;

    private static readonly float[] One = [1];

    private readonly ConvolutionGeometry _geometry;
    private readonly PanelGemm _gemm;
    private readonly ParameterLayout _weightLayout;
    private readonly ParameterLayout _biasLayout;
    private readonly bool _packsGradient;
    private readonly GemmPart[] _parts;
    private readonly GemmGeometry _bias;

    public DirectBackwardWeights(ConvolutionProblem problem)
    {
        ConvolutionGeometry geometry = problem.Geometry;
        _geometry = geometry;
        _gemm = PanelGemm.For(problem.Execution.Tier);
        _weightLayout = problem.WeightLayout;
        _biasLayout = problem.BiasLayout;
        int kernel = geometry.Kernel;
        SampleLayout input = geometry.Input;
        SampleLayout output = geometry.Output;
        SampleLayout gradient = geometry.OutputGradient;
        int panel = _gemm.PanelWidth;

        // The product with the output gradient reads whole vectors of it, so channels that do not fill them are packed first.
        _packsGradient = output.Channels % _gemm.VectorWidth != 0;
        int pixels = output.Height * output.Width;
        var whole = new GemmGeometry
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
        PaddingBand[] rowBands = PaddingBand.Cut(kernel, 1, output.Height, geometry.Stride, -geometry.Padding, input.Height);
        PaddingBand[] columnBands = PaddingBand.Cut(kernel, 1, output.Width, geometry.Stride, -geometry.Padding, input.Width);
        _parts = GemmPart.Cut(whole, rowBands, columnBands, rowsOfPosition: input.Channels, stepsOfTap: 1);

        _bias = whole with { Segments = 1, Rows = 1, ASegment = 0, ARow = 0, ARun = 0, AStep = 0, CPanel = panel };
        BlockSamples = (LeastBlockSteps + pixels - 1) / pixels;
        ScratchLength = _packsGradient ? pixels * _biasLayout.StoredLength : 0;
    }

    public int ScratchLength { get; }

    public int BlockSamples { get; }

    public void Run(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> outputGradient,
        Span<float> weightGradient,
        Span<float> biasGradient,
        Accumulation accumulation,
        Span<float> scratch,
        bool endsShard)
    {
        _geometry.Input.Check(input, nameof(input));
        _geometry.OutputGradient.Check(outputGradient, nameof(outputGradient));
        _weightLayout.Check(weightGradient, nameof(weightGradient));
        ReadOnlySpan<float> gradient = outputGradient[_geometry.OutputGradient.Offset(0, 0)..];
        if (_packsGradient)
        {
            Span<float> packed = scratch[..ScratchLength];
            Pack(outputGradient, packed);
            gradient = packed;
        }

        int start = _geometry.Input.Offset(-_geometry.Padding, -_geometry.Padding);
        fixed (float* a = input, b = gradient, c = weightGradient, d = biasGradient, one = One)
        {
            GemmPart.Multiply(_gemm, _parts, a + start, b, null, c, accumulation, paddedC: true);
            if (!biasGradient.IsEmpty)
            {
                _biasLayout.Check(biasGradient, nameof(biasGradient));
                _gemm.Multiply(GemmPart.With(_bias, accumulation), one, b, null, d, paddedC: true);
            }
        }
    }

    /// <summary>Copies the output gradient into panels whose last one is filled up with zeros.</summary>
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
                    Span<float> to = packed.Slice(((o / panel * pixels) + pixel) * panel, panel);
                    int count = Math.Min(panel, gradient.Channels - o);
                    from.Slice(o, count).CopyTo(to);
                    to[count..].Clear();
                }
            }
        }
    }
}

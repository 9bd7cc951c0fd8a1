using CifarFast.Engine.Kernels.Convolution;
using CifarFast.Engine.Kernels.Elementwise;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Operators;

/// <summary>
/// Weight and bias of a convolution with the batch normalisation behind it. They are made anew for each batch, so that no one needs to know who
/// changed what they are made of.
/// </summary>
/// <param name="problem">The convolution.</param>
/// <param name="normalization">The normalisation.</param>
internal sealed class FoldedConvolution(ConvolutionProblem problem, FoldedBatchNorm2dOperator normalization)
{
    /// <summary>Rows of a weight that are scaled at a time.</summary>
    private const int ScaledRows = 16;

    private readonly ElementwiseKernels _elementwise = ElementwiseKernels.For(problem.Execution);
    private readonly AlignedBuffer _weight = new(problem.WeightLayout.StoredLength);
    private readonly AlignedBuffer _bias = new(problem.BiasLayout.StoredLength);
    private readonly float[] _scales = new float[ScaledRows * problem.InterleavedChannels];

    /// <summary>The weight, kept as the convolution's own.</summary>
    public ReadOnlySpan<float> Weight => _weight.Span;

    /// <summary>The bias, kept as the convolution's own.</summary>
    public ReadOnlySpan<float> Bias => _bias.Span;

    /// <summary>Makes them of the convolution's own weight and bias, which is empty where it has none.</summary>
    public void Prepare(ReadOnlySpan<float> weight, ReadOnlySpan<float> bias)
    {
        int channels = problem.Geometry.Output.Channels;
        int width = problem.InterleavedChannels;
        int panel = problem.Geometry.Depth * width;
        for (int first = 0; first < channels; first += width)
        {
            for (int c = 0; c < width; c++)
            {
                bool isPadding = first + c >= channels;
                _scales[c] = isPadding ? 0 : (float)normalization.Scale(first + c);
                _bias.Span[first + c] = isPadding ? 0 : (float)normalization.Shift(first + c, bias.IsEmpty ? 0 : bias[first + c]);
            }

            for (int i = width; i < _scales.Length; i++)
            {
                _scales[i] = _scales[i - width];
            }

            int start = first / width * panel;
            for (int done = 0; done < panel; done += _scales.Length)
            {
                int length = Math.Min(_scales.Length, panel - done);
                _elementwise.Binary(new Multiply(), weight.Slice(start + done, length), _scales.AsSpan(0, length), _weight.Span.Slice(start + done, length));
            }
        }
    }
}

using CifarFast.Engine.Kernels.Activation;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Layers.Operators;

/// <summary>Computes a <see cref="ReLU"/>, image row by image row, as output and gradient may have different borders.</summary>
internal sealed class ReLUOperator(OperatorContext context) : SampleOperator
{
    private readonly IRelu _algorithm = ReluAlgorithm.Create(context.Execution);
    private readonly SampleLayout _output = context.Output;
    private readonly SampleLayout _gradient = context.OutputGradient;

    public override bool BackwardReadsOutput => true;

    private int RowLength => _output.Width * _output.Channels;

    public override void Forward(ReadOnlySpan<float> input, Span<float> output, Span<float> saved, Span<float> scratch)
    {
        for (int row = 0; row < _output.Height; row++)
        {
            _algorithm.Forward(output.Slice(_output.Offset(row, 0), RowLength));
        }
    }

    public override void Backward(ReadOnlySpan<float> input, ReadOnlySpan<float> output, ReadOnlySpan<float> saved, SampleGradients gradients)
    {
        for (int row = 0; row < _output.Height; row++)
        {
            _algorithm.Backward(
                output.Slice(_output.Offset(row, 0), RowLength),
                gradients.Output.Slice(_gradient.Offset(row, 0), RowLength));
        }
    }
}

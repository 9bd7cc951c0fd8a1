using CifarFast.Engine.Kernels.Elementwise;

namespace CifarFast.Engine.Operators;

/// <summary>Computes a ReLU, image row by image row, as output and gradient may have different borders.</summary>
internal sealed class ReLUOperator(OperatorContext context) : SampleOperator
{
    private readonly ElementwiseKernels _elementwise = ElementwiseKernels.For(context.Execution);
    private readonly OperandLayout _input = context.Inputs[0];
    private readonly OperandLayout _output = context.Result;
    private readonly bool _isInPlace = context.IsInPlace;

    private int RowLength => _output.Values.Width * _output.Values.Channels;

    public override void Forward(in SampleValues sample)
    {
        for (int row = 0; row < _output.Values.Height; row++)
        {
            Span<float> output = sample.Output.Slice(_output.Values.Offset(row, 0), RowLength);
            _elementwise.Unary(new Relu(), _isInPlace ? output : sample.Input.Slice(_input.Values.Offset(row, 0), RowLength), output);
        }
    }

    public override void Backward(in SampleGradients sample)
    {
        if (!_isInPlace && sample.Input.IsEmpty)
        {
            return;
        }

        for (int row = 0; row < _output.Values.Height; row++)
        {
            Span<float> gradient = sample.Output.Slice(_output.Gradient.Offset(row, 0), RowLength);
            Span<float> input = _isInPlace ? gradient : sample.Input.Slice(_input.Gradient.Offset(row, 0), RowLength);
            _elementwise.Binary(new Relu(), sample.OutputValues.Slice(_output.Values.Offset(row, 0), RowLength), gradient, input);
        }
    }
}

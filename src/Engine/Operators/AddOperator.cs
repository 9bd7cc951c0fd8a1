using CifarFast.Engine.Kernels.Elementwise;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Operators;

/// <summary>Computes a sum of values, one after another, row by row, as they may have different borders.</summary>
internal sealed class AddOperator(OperatorContext context) : SampleOperator
{
    private readonly ElementwiseKernels _elementwise = ElementwiseKernels.For(context.Execution);
    private readonly OperandLayout[] _inputs = [.. context.Inputs];
    private readonly OperandLayout _output = context.Result;
    private readonly bool _isInPlace = context.IsInPlace;

    public override void Forward(in SampleValues sample)
    {
        if (sample.Index == 0 && _isInPlace)
        {
            return;
        }

        SampleLayout from = _inputs[sample.Index].Values;
        SampleLayout to = _output.Values;
        for (int row = 0; row < to.Height; row++)
        {
            ReadOnlySpan<float> input = sample.Input.Slice(from.Offset(row, 0), from.Width * from.Channels);
            Span<float> output = sample.Output.Slice(to.Offset(row, 0), input.Length);
            if (sample.Index == 0)
            {
                input.CopyTo(output);
            }
            else
            {
                _elementwise.Binary(new Add(), output, input, output);
            }
        }
    }

    public override void Backward(in SampleGradients sample)
    {
        if ((sample.Index == 0 && _isInPlace) || sample.Input.IsEmpty)
        {
            return;
        }

        SampleLayout from = _output.Gradient;
        SampleLayout to = _inputs[sample.Index].Gradient;
        for (int row = 0; row < to.Height; row++)
        {
            sample.Output.Slice(from.Offset(row, 0), to.Width * to.Channels).CopyTo(sample.Input[to.Offset(row, 0)..]);
        }
    }
}

using CifarFast.Engine.Kernels.Elementwise;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Operators;

/// <summary>
/// Computes an activation: all of an image at once where what is read and what is written have the same border, whose zeros stay zeros,
/// else row by row.
/// </summary>
/// <param name="context">Where it stands.</param>
/// <param name="kernels">Its kernels.</param>
/// <param name="readsOutput">Whether its backward pass reads the output; else it reads the input.</param>
internal sealed class ActivationOperator(OperatorContext context, ActivationKernels kernels, bool readsOutput) : SampleOperator
{
    private readonly SampleLayout _input = context.Input;
    private readonly SampleLayout _output = context.Output;
    private readonly SampleLayout _read = readsOutput ? context.Output : context.Input;
    private readonly SampleLayout _inputGradient = context.InputGradient;
    private readonly SampleLayout _outputGradient = context.OutputGradient;
    private readonly bool _isInPlace = context.IsInPlace;

    public override void Forward(in SampleValues sample)
    {
        ReadOnlySpan<float> input = _isInPlace ? sample.Output : sample.Input;
        if (_input == _output)
        {
            kernels.Forward(input, sample.Output);
            return;
        }

        int length = _output.Width * _output.Channels;
        for (int row = 0; row < _output.Height; row++)
        {
            kernels.Forward(input.Slice(_input.Offset(row, 0), length), sample.Output.Slice(_output.Offset(row, 0), length));
        }
    }

    public override void Backward(in SampleGradients sample)
    {
        Span<float> input = _isInPlace ? sample.Output : sample.Input;
        if (input.IsEmpty)
        {
            return;
        }

        ReadOnlySpan<float> read = readsOutput ? sample.OutputValues : sample.InputValues;
        if (_read == _outputGradient && _outputGradient == _inputGradient)
        {
            kernels.Backward(read, sample.Output, input);
            return;
        }

        int length = _read.Width * _read.Channels;
        for (int row = 0; row < _read.Height; row++)
        {
            kernels.Backward(
                read.Slice(_read.Offset(row, 0), length),
                sample.Output.Slice(_outputGradient.Offset(row, 0), length),
                input.Slice(_inputGradient.Offset(row, 0), length));
        }
    }
}

using CifarFast.Engine.Nn;
using CifarFast.Engine.Operators;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Tests.Execution;

/// <summary>A layer with a buffer: adds a number that is not learnt to each channel.</summary>
internal sealed record Shift(int Channels) : Layer
{
    public override Shape OutputShape(Shape input) => input;

    internal override Operator CreateOperator(OperatorContext context) => new ShiftOperator(context, Channels);

    private sealed class ShiftOperator(OperatorContext context, int channels) : SampleOperator
    {
        public override IReadOnlyList<ParameterSpec> BufferSpecs => [new("shift", new Shape(channels), ParameterLayout.Dense(channels), FanIn: 0)];

        public override void Forward(in SampleValues sample)
        {
            for (int row = 0; row < context.Output.Height; row++)
            {
                ReadOnlySpan<float> input = sample.Input[context.Input.Offset(row, 0)..];
                Span<float> output = sample.Output[context.Output.Offset(row, 0)..];
                for (int i = 0; i < context.Output.Width * channels; i++)
                {
                    output[i] = input[i] + Buffers[0].Value[i % channels];
                }
            }
        }

        public override void Backward(in SampleGradients sample)
        {
            for (int row = 0; row < (sample.Input.IsEmpty ? 0 : context.Output.Height); row++)
            {
                sample.Output.Slice(context.OutputGradient.Offset(row, 0), context.Output.Width * channels)
                    .CopyTo(sample.Input[context.InputGradient.Offset(row, 0)..]);
            }
        }
    }
}

using System.IO.Hashing;
using System.Text;
using CifarFast.Engine.Kernels.Dropout;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Operators;

/// <summary>Computes a dropout in training; where nothing is learnt, it leaves everything as it is.</summary>
internal sealed class DropoutOperator(OperatorContext context, float probability) : SampleOperator
{
    /// <summary>Sets these random numbers apart from all others that start from the same seed ("DROP" in ASCII).</summary>
    private const long Purpose = 0x44524F50;

    private readonly DropoutKernel _kernel = new(probability);
    private readonly ulong _layer = XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(context.Path), Purpose);

    public override void Forward(in SampleValues sample)
    {
        if (context.IsTrained)
        {
            Run(sample.Sample, context.Input, context.IsInPlace ? sample.Output : sample.Input, context.Output, sample.Output);
        }
        else if (!context.IsInPlace)
        {
            SampleLayout from = context.Input;
            SampleLayout to = context.Output;
            for (int row = 0; row < to.Height; row++)
            {
                sample.Input.Slice(from.Offset(row, 0), to.Width * to.Channels).CopyTo(sample.Output[to.Offset(row, 0)..]);
            }
        }
    }

    public override void Backward(in SampleGradients sample)
    {
        Span<float> input = context.IsInPlace ? sample.Output : sample.Input;
        if (!input.IsEmpty)
        {
            Run(sample.Sample, context.OutputGradient, sample.Output, context.InputGradient, input);
        }
    }

    private void Run(int sample, SampleLayout from, ReadOnlySpan<float> input, SampleLayout to, Span<float> output) =>
        _kernel.Run(context.Randomness.KeyOf(_layer, sample), from, input, to, output);
}

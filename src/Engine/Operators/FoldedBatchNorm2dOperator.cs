using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Operators;

/// <summary>Has parameters and buffers of a batch normalisation that the <see cref="Conv2dOperator"/> before it computes along.</summary>
internal sealed class FoldedBatchNorm2dOperator(OperatorContext context, float epsilon) : SampleOperator
{
    public override IReadOnlyList<ParameterSpec> ParameterSpecs { get; } = BatchNormTensors.Parameters(context.Output.Channels);

    public override IReadOnlyList<ParameterSpec> BufferSpecs { get; } = BatchNormTensors.Buffers(context.Output.Channels);

    /// <summary>By what the weights of a channel are multiplied: <c>γ / √(variance + ε)</c>.</summary>
    public double Scale(int channel) => Parameters[0].Value[channel] / Math.Sqrt((double)Buffers[1].Value[channel] + epsilon);

    /// <summary>What becomes of a channel's bias: <c>β + (bias - mean) · scale</c>.</summary>
    public double Shift(int channel, float bias) => Parameters[1].Value[channel] + (((double)bias - Buffers[0].Value[channel]) * Scale(channel));

    public override void Forward(in SampleValues sample)
    {
    }

    public override void Backward(in SampleGradients sample) => throw new NotSupportedException("a network that only classifies has no gradients");
}

using CifarFast.Engine.Kernels.Convolution;
using CifarFast.Engine.Kernels.Pooling;

namespace CifarFast.Engine.Layers.Operators;

/// <summary>Computes a <see cref="Conv2d"/> whose output is max-pooled at once, so that its gradient comes as lists.</summary>
internal sealed class PooledConv2dOperator(Conv2d layer, OperatorContext context, PooledGradientLayout outputGradient)
    : Conv2dOperator(layer, context)
{
    private readonly IPooledConvolution _backward =
        ConvolutionAlgorithm.Pooled(context.Execution.Tier, layer.Geometry(context), outputGradient);

    public override int ScratchLength => _backward.ScratchLength;

    public override void PrepareBackward() => _backward.PrepareBackward(Parameters[0].Value);

    public override void Backward(ReadOnlySpan<float> input, ReadOnlySpan<float> output, ReadOnlySpan<float> saved, SampleGradients gradients)
    {
        int weights = WeightLength;
        _backward.BackwardParameters(
            input, gradients.Output, gradients.Parameters[..weights], gradients.Parameters[weights..], gradients.Accumulate);
        if (!gradients.Input.IsEmpty)
        {
            _backward.BackwardInput(gradients.Output, gradients.Input, gradients.Scratch);
        }
    }

    public override void FinishBackward() => _backward.FinishBackward(Parameters[0].Gradient);
}

using CifarFast.Engine.Kernels.Convolution;
using CifarFast.Engine.Kernels.Pooling;

namespace CifarFast.Engine.Layers.Operators;

/// <summary>
/// Computes a <see cref="Conv2d"/> that is trained and whose output is max-pooled at once, so that its gradient comes as lists.
/// </summary>
internal sealed class PooledConv2dOperator : SampleOperator
{
    private readonly IConvolution _forward;
    private readonly IPooledConvolution _backward;

    public PooledConv2dOperator(Conv2d layer, OperatorContext context, PooledGradientLayout outputGradient)
    {
        ConvolutionGeometry geometry = layer.Geometry(context);
        _forward = ConvolutionAlgorithm.Create(context.Execution, geometry);
        _backward = ConvolutionAlgorithm.Pooled(context.Execution.Tier, geometry, outputGradient);
        ParameterSpecs = layer.ParameterSpecs(_forward, geometry);
    }

    public override IReadOnlyList<ParameterSpec> ParameterSpecs { get; }

    public override bool BackwardReadsInput => true;

    public override int ForwardScratchLength => _forward.ForwardScratchLength;

    public override int ScratchLength => _backward.ScratchLength;

    public override void PrepareForward() => _forward.PrepareForward(Parameters[0].Value);

    public override void Forward(ReadOnlySpan<float> input, Span<float> output, Span<float> saved, Span<float> scratch) =>
        _forward.Forward(input, Parameters[0].Value, Parameters[1].Value, output, scratch);

    public override void PrepareBackward() => _backward.PrepareBackward(Parameters[0].Value);

    public override void Backward(ReadOnlySpan<float> input, ReadOnlySpan<float> output, ReadOnlySpan<float> saved, SampleGradients gradients)
    {
        int weights = _backward.WeightLayout.StoredLength;
        _backward.BackwardParameters(
            input, gradients.Output, gradients.Parameters[..weights], gradients.Parameters[weights..], gradients.Accumulate);
        if (!gradients.Input.IsEmpty)
        {
            _backward.BackwardInput(gradients.Output, gradients.Input, gradients.Scratch);
        }
    }

    public override void FinishBackward() => _backward.FinishBackward(Parameters[0].Gradient);
}

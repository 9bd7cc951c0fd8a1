using CifarFast.Engine.Kernels.Convolution;

namespace CifarFast.Engine.Layers.Operators;

/// <summary>Computes a <see cref="Conv2d"/>.</summary>
internal sealed class Conv2dOperator : SampleOperator
{
    private readonly IConvolution _algorithm;

    public Conv2dOperator(Conv2d layer, OperatorContext context)
    {
        ConvolutionGeometry geometry = layer.Geometry(context);
        _algorithm = ConvolutionAlgorithm.Create(context.Execution, geometry);
        ParameterSpecs = layer.ParameterSpecs(_algorithm, geometry);
    }

    public override IReadOnlyList<ParameterSpec> ParameterSpecs { get; }

    public override bool BackwardReadsInput => true;

    public override int ForwardScratchLength => _algorithm.ForwardScratchLength;

    public override int ScratchLength => _algorithm.ScratchLength;

    public override void PrepareForward() => _algorithm.PrepareForward(Parameters[0].Value);

    public override void Forward(ReadOnlySpan<float> input, Span<float> output, Span<float> saved, Span<float> scratch) =>
        _algorithm.Forward(input, Parameters[0].Value, Parameters[1].Value, output, scratch);

    public override void PrepareBackward() => _algorithm.PrepareBackward(Parameters[0].Value);

    public override void Backward(ReadOnlySpan<float> input, ReadOnlySpan<float> output, ReadOnlySpan<float> saved, SampleGradients gradients)
    {
        int weights = _algorithm.WeightLayout.StoredLength;
        _algorithm.BackwardParameters(
            input,
            gradients.Output,
            gradients.Parameters[..weights],
            gradients.Parameters[weights..],
            gradients.Accumulate,
            gradients.Scratch);
        if (!gradients.Input.IsEmpty)
        {
            _algorithm.BackwardInput(gradients.Output, gradients.Input, gradients.Scratch);
        }
    }
}

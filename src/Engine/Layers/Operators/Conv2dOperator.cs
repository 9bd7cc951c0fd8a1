using CifarFast.Engine.Kernels.Convolution;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Layers.Operators;

/// <summary>Computes a <see cref="Conv2d"/>.</summary>
internal class Conv2dOperator : SampleOperator
{
    private readonly IConvolution _algorithm;

    public Conv2dOperator(Conv2d layer, OperatorContext context)
    {
        ConvolutionGeometry geometry = layer.Geometry(context);
        _algorithm = ConvolutionAlgorithm.Create(context.Execution, geometry);
        ParameterSpecs =
        [
            new ParameterSpec(
                "weight",
                new Shape(layer.OutChannels, layer.InChannels, layer.KernelSize, layer.KernelSize),
                _algorithm.WeightLayout,
                geometry.Depth),
            new ParameterSpec("bias", new Shape(layer.OutChannels), _algorithm.BiasLayout, FanIn: 0),
        ];
    }

    public override IReadOnlyList<ParameterSpec> ParameterSpecs { get; }

    public override bool BackwardReadsInput => true;

    public override int ForwardScratchLength => _algorithm.ForwardScratchLength;

    public override int ScratchLength => _algorithm.ScratchLength;

    /// <summary>Floats of the weight as stored; the bias comes behind it.</summary>
    protected int WeightLength => _algorithm.WeightLayout.StoredLength;

    public override void PrepareForward() => _algorithm.PrepareForward(Parameters[0].Value);

    public override void Forward(ReadOnlySpan<float> input, Span<float> output, Span<float> saved, Span<float> scratch) =>
        _algorithm.Forward(input, Parameters[0].Value, Parameters[1].Value, output, scratch);

    public override void PrepareBackward() => _algorithm.PrepareBackward(Parameters[0].Value);

    public override void Backward(ReadOnlySpan<float> input, ReadOnlySpan<float> output, ReadOnlySpan<float> saved, SampleGradients gradients)
    {
        int weights = WeightLength;
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

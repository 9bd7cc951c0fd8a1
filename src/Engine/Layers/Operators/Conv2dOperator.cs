using CifarFast.Engine.Kernels.Convolution;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Layers.Operators;

/// <summary>Computes a <see cref="Conv2d"/>.</summary>
internal sealed class Conv2dOperator : SampleOperator
{
    private readonly IConvolution _algorithm;
    private readonly IPooledConvolution? _pooled;

    public Conv2dOperator(Conv2d layer, OperatorContext context)
    {
        ConvolutionGeometry geometry = layer.Geometry(context);
        _algorithm = ConvolutionAlgorithm.Create(context.Execution, geometry);
        _pooled = context.PooledOutputGradient is { } lists ? ConvolutionAlgorithm.Pooled(context.Execution.Tier, geometry, lists) : null;
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

    public override int ScratchLength => _pooled?.ScratchLength ?? _algorithm.ScratchLength;

    public override void PrepareForward() => _algorithm.PrepareForward(Parameters[0].Value);

    public override void Forward(ReadOnlySpan<float> input, Span<float> output, Span<float> saved, Span<float> scratch) =>
        _algorithm.Forward(input, Parameters[0].Value, Parameters[1].Value, output, scratch);

    public override void PrepareBackward()
    {
        if (_pooled is null)
        {
            _algorithm.PrepareBackward(Parameters[0].Value);
        }
        else
        {
            _pooled.PrepareBackward(Parameters[0].Value);
        }
    }

    public override void Backward(ReadOnlySpan<float> input, ReadOnlySpan<float> output, ReadOnlySpan<float> saved, SampleGradients gradients)
    {
        int weights = _algorithm.WeightLayout.StoredLength;
        Span<float> weight = gradients.Parameters[..weights];
        Span<float> bias = gradients.Parameters[weights..];
        if (_pooled is null)
        {
            _algorithm.BackwardParameters(input, gradients.Output, weight, bias, gradients.Accumulate, gradients.Scratch);
        }
        else
        {
            _pooled.BackwardParameters(input, gradients.Output, weight, bias, gradients.Accumulate);
        }

        if (gradients.Input.IsEmpty)
        {
            return;
        }

        if (_pooled is null)
        {
            _algorithm.BackwardInput(gradients.Output, gradients.Input, gradients.Scratch);
        }
        else
        {
            _pooled.BackwardInput(gradients.Output, gradients.Input, gradients.Scratch);
        }
    }

    public override void FinishBackward() => _pooled?.FinishBackward(Parameters[0].Gradient);
}

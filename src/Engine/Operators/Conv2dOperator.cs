using CifarFast.Engine.Kernels.Convolution;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Operators;

/// <summary>Computes a convolution, each of its passes by what takes it first.</summary>
internal sealed class Conv2dOperator : SampleOperator
{
    private readonly IConvolutionForward _forward;
    private readonly IConvolutionBackwardData _backwardData;
    private readonly IConvolutionBackwardWeights _backwardWeights;
    private readonly int _weightLength;
    private readonly bool _isFrozen;
    private readonly FoldedConvolution? _folded;

    public Conv2dOperator(ConvolutionProblem problem, bool hasBias, OperatorContext context)
    {
        ConvolutionGeometry geometry = problem.Geometry;
        _forward = ConvolutionPasses.Forward(problem);
        _backwardData = ConvolutionPasses.BackwardData(problem);
        _backwardWeights = ConvolutionPasses.BackwardWeights(problem);
        SamplesPerCall = ((int?[])[_forward.SamplesPerCall, _backwardData.SamplesPerCall, _backwardWeights.SamplesPerCall]).Max();
        _isFrozen = context.IsFrozen;
        _folded = context.FoldedNormalization is null ? null : new FoldedConvolution(problem, context.FoldedNormalization);
        _weightLength = problem.WeightLayout.StoredLength;
        var weight = new ParameterSpec(
            "weight", new Shape(geometry.Output.Channels, geometry.Input.Channels, geometry.Kernel, geometry.Kernel), problem.WeightLayout, geometry.Depth);
        var bias = new ParameterSpec("bias", new Shape(geometry.Output.Channels), problem.BiasLayout, FanIn: 0);
        ParameterSpecs = hasBias ? [weight, bias] : [weight];
    }

    public override IReadOnlyList<ParameterSpec> ParameterSpecs { get; }

    public override int ForwardScratchLength => _forward.ScratchLength;

    public override int BackwardScratchLength => _backwardData.ScratchLength + _backwardWeights.ScratchLength;

    public override int? SamplesPerCall { get; }

    public override int BlockSamples => _backwardWeights.BlockSamples;

    private ReadOnlySpan<float> OwnBias => Parameters.Count > 1 ? Parameters[1].Value : [];

    private ReadOnlySpan<float> Weight => _folded is null ? Parameters[0].Value : _folded.Weight;

    public override void PrepareForward()
    {
        _folded?.Prepare(Parameters[0].Value, OwnBias);
        _forward.Prepare(Weight);
    }

    public override void Forward(in SampleValues sample) =>
        _forward.RunSamples(sample.Input, Weight, _folded is null ? OwnBias : _folded.Bias, sample.Output, sample.Scratch, sample.Samples);

    public override void PrepareBackward() => _backwardData.Prepare(Parameters[0].Value);

    public override void Backward(in SampleGradients sample)
    {
        if (!_isFrozen)
        {
            Span<float> weight = sample.Parameters[.._weightLength];
            Span<float> scratch = sample.Scratch[.._backwardWeights.ScratchLength];
            _backwardWeights.RunSamples(sample.InputValues, sample.Output, weight, sample.Parameters[_weightLength..], sample.Accumulation, scratch, sample.Samples);
            if (sample.EndsShard)
            {
                _backwardWeights.FinishShard(weight, scratch);
            }
        }

        if (!sample.Input.IsEmpty)
        {
            _backwardData.RunSamples(sample.Output, sample.Input, sample.Scratch[_backwardWeights.ScratchLength..], sample.Samples);
        }
    }
}

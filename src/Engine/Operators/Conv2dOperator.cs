using CifarFast.Engine.Kernels.Convolution;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Operators;

/// <summary>Computes a convolution, each of its passes by what takes it first.</summary>
internal sealed class Conv2dOperator : SampleOperator
{
    private readonly IConvolutionForward _forward;
    private readonly IConvolutionBackwardData? _backwardData;
    private readonly IConvolutionBackwardWeights? _backwardWeights;
    private readonly FilterBuffer _filters = new();
    private readonly int _weightLength;
    private readonly FoldedConvolution? _folded;

    public Conv2dOperator(ConvolutionProblem problem, bool hasBias, OperatorContext context)
    {
        ConvolutionGeometry geometry = problem.Geometry;
        problem = problem with { Filters = context.IsRecomputed ? null : _filters };
        _forward = ConvolutionPasses.Forward(problem);
        _backwardData = context.IsTrained ? ConvolutionPasses.BackwardData(problem) : null;
        _backwardWeights = context.IsTrained && !context.IsFrozen ? ConvolutionPasses.BackwardWeights(problem) : null;
        SamplesPerCall = ((int?[])[_forward.SamplesPerCall, _backwardData?.SamplesPerCall, _backwardWeights?.SamplesPerCall]).Max();
        _folded = context.FoldedNormalization is null ? null : new FoldedConvolution(problem, context.FoldedNormalization);
        _weightLength = problem.WeightLayout.StoredLength;
        var weight = new ParameterSpec(
            "weight", new Shape(geometry.Output.Channels, geometry.Input.Channels, geometry.Kernel, geometry.Kernel), problem.WeightLayout, geometry.Depth);
        var bias = new ParameterSpec("bias", new Shape(geometry.Output.Channels), problem.BiasLayout, FanIn: 0);
        ParameterSpecs = hasBias ? [weight, bias] : [weight];
    }

    public override IReadOnlyList<ParameterSpec> ParameterSpecs { get; }

    public override int ForwardScratchLength => _forward.ScratchLength;

    /// <summary>The passes take turns with the same memory, but for what is kept from one sample to the next: what one has left in it is still in cache.</summary>
    public override int BackwardScratchLength => checked(Math.Max(_backwardData?.ScratchLength ?? 0, WeightsScratchLength - KeptLength) + KeptLength);

    public override int? SamplesPerCall { get; }

    public override int BlockSamples => _backwardWeights?.BlockSamples ?? 1;

    public override long Floats => _filters.Length + (_backwardData?.Floats ?? 0) + (_folded is null ? 0 : _weightLength);

    private int WeightsScratchLength => _backwardWeights?.ScratchLength ?? 0;

    private int KeptLength => _backwardWeights?.KeptLength ?? 0;

    private ReadOnlySpan<float> OwnBias => Parameters.Count > 1 ? Parameters[1].Value : [];

    private ReadOnlySpan<float> Weight => _folded is null ? Parameters[0].Value : _folded.Weight;

    public override void PrepareForward() => _folded?.Prepare(Parameters[0].Value, OwnBias);

    public override int ForwardParts => _forward.WeightParts;

    public override void PrepareForward(int part) => _forward.Prepare(part, Weight);

    public override void Forward(in SampleValues sample) =>
        _forward.RunSamples(sample.Input, Weight, _folded is null ? OwnBias : _folded.Bias, sample.Output, sample.Scratch, sample.Samples);

    public override int BackwardParts => _backwardData?.WeightParts ?? 0;

    public override void PrepareBackward(int part) => _backwardData!.Prepare(part, Parameters[0].Value);

    public override void Backward(in SampleGradients sample)
    {
        if (_backwardWeights is not null)
        {
            Span<float> weight = sample.Parameters[.._weightLength];
            _backwardWeights.RunSamples(
                sample.InputValues,
                sample.Output,
                weight,
                sample.Parameters[_weightLength..],
                sample.Accumulation,
                sample.Scratch[^WeightsScratchLength..],
                sample.Samples,
                sample.EndsShard);
        }

        if (!sample.Input.IsEmpty)
        {
            _backwardData!.RunSamples(sample.Output, sample.Input, sample.Scratch[..^KeptLength], sample.Samples);
        }
    }
}

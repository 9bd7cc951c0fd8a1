using CifarFast.Engine.Simd;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>
/// The backward pass of a 3×3 convolution of stride 1 to its input by Winograd's algorithm: the output gradient correlated with the
/// <see cref="FlippedWeight"/> (<see cref="WinogradCorrelation{TSimd,TVector}"/>).
/// </summary>
internal sealed unsafe class WinogradBackwardData<TSimd, TVector> : IConvolutionBackwardData
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly ConvolutionGeometry _geometry;
    private readonly FlippedWeight _flipped;
    private readonly WinogradCorrelation<TSimd, TVector> _correlation;

    public WinogradBackwardData(ConvolutionProblem problem)
    {
        _geometry = problem.Geometry;
        ArgumentOutOfRangeException.ThrowIfNotEqual(_geometry.Kernel, WinogradTiles.Kernel);
        ArgumentOutOfRangeException.ThrowIfNotEqual(_geometry.Stride, 1);
        _flipped = new FlippedWeight(problem);
        SampleLayout result = _geometry.InputGradient;
        _correlation = new WinogradCorrelation<TSimd, TVector>(
            _geometry.OutputGradient, result, result.Height, result.Width, WinogradTiles.Kernel - 1 - _geometry.Padding, problem.Filters ?? new FilterBuffer());
    }

    public int? SamplesPerCall => _correlation.SamplesPerCall;

    public int ScratchLength => _correlation.ScratchLength;

    public long Floats => _flipped.Floats;

    public int WeightParts => _correlation.Panels;

    public void Prepare(int part, ReadOnlySpan<float> weight)
    {
        _flipped.Make(part, weight);
        _correlation.Prepare(part, _flipped.Pointer);
    }

    public void Run(ReadOnlySpan<float> outputGradient, Span<float> inputGradient, Span<float> scratch) =>
        RunSamples(outputGradient, inputGradient, scratch, samples: 1);

    public void RunSamples(ReadOnlySpan<float> outputGradient, Span<float> inputGradient, Span<float> scratch, int samples)
    {
        _geometry.OutputGradient.Check(outputGradient, nameof(outputGradient), samples);
        _geometry.InputGradient.Check(inputGradient, nameof(inputGradient), samples);
        fixed (float* from = outputGradient, to = inputGradient, own = scratch[..ScratchLength])
        {
            _correlation.Run(samples, from, null, to, own);
        }
    }
}

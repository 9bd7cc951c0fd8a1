using CifarFast.Engine.Simd;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>The forward pass of a 3×3 convolution of stride 1 by Winograd's algorithm (<see cref="WinogradCorrelation{TSimd,TVector}"/>).</summary>
internal sealed unsafe class WinogradForward<TSimd, TVector> : IConvolutionForward
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly ConvolutionGeometry _geometry;
    private readonly ParameterLayout _weightLayout;
    private readonly ParameterLayout _biasLayout;
    private readonly WinogradCorrelation<TSimd, TVector> _correlation;

    public WinogradForward(ConvolutionProblem problem)
    {
        _geometry = problem.Geometry;
        ArgumentOutOfRangeException.ThrowIfNotEqual(_geometry.Kernel, WinogradTiles.Kernel);
        ArgumentOutOfRangeException.ThrowIfNotEqual(_geometry.Stride, 1);
        _weightLayout = problem.WeightLayout;
        _biasLayout = problem.BiasLayout;
        _correlation = new WinogradCorrelation<TSimd, TVector>(
            _geometry.Input, _geometry.Output, _geometry.UsedRows, _geometry.UsedColumns, _geometry.Padding, problem.Filters ?? new FilterBuffer());
    }

    public int? SamplesPerCall => _correlation.SamplesPerCall;

    public int ScratchLength => _correlation.ScratchLength;

    public int WeightParts => _correlation.Panels;

    public void Prepare(int part, ReadOnlySpan<float> weight)
    {
        _weightLayout.Check(weight, nameof(weight));
        fixed (float* filters = weight)
        {
            _correlation.Prepare(part, filters);
        }
    }

    public void Run(ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output, Span<float> scratch) =>
        RunSamples(input, weight, bias, output, scratch, samples: 1);

    public void RunSamples(
        ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output, Span<float> scratch, int samples)
    {
        _geometry.Input.Check(input, nameof(input), samples);
        _geometry.Output.Check(output, nameof(output), samples);
        _weightLayout.Check(weight, nameof(weight));
        if (!bias.IsEmpty)
        {
            _biasLayout.Check(bias, nameof(bias));
        }

        fixed (float* from = input, shift = bias, to = output, own = scratch[..ScratchLength])
        {
            _correlation.Run(samples, from, shift, to, own);
        }
    }
}

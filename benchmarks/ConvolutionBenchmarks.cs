using BenchmarkDotNet.Attributes;
using CifarFast.Engine.Kernels;

namespace CifarFast.Benchmarks;

/// <summary>
/// Several images through each convolution of the reference network, directly and by Winograd's algorithm. Rates count the multiplications of the
/// definition, so that the two compare.
/// </summary>
public class ConvolutionBenchmarks : WorkBenchmark
{
    private ConvolutionCase _direct = null!;
    private ConvolutionCase _winograd = null!;

    [ParamsSource(nameof(Layers))]
    public string Layer { get; set; } = "";

    public static IEnumerable<string> Layers => ConvolutionCase.ReferenceLayers;

    [GlobalSetup]
    public void Setup()
    {
        _direct = new ConvolutionCase(Layer, Execution with { Convolution = ConvolutionKind.Direct });
        _winograd = new ConvolutionCase(Layer, Execution with { Convolution = ConvolutionKind.Winograd });
    }

    [Benchmark]
    public void Forward() => _direct.Passes[0].Run();

    [Benchmark]
    public void ForwardWinograd() => _winograd.Passes[0].Run();

    [Benchmark]
    public void BackwardInput() => _direct.Passes[1].Run();

    [Benchmark]
    public void BackwardInputWinograd() => _winograd.Passes[1].Run();

    [Benchmark]
    public void BackwardParameters() => _direct.Passes[2].Run();

    [Benchmark]
    public void BackwardParametersWinograd() => _winograd.Passes[2].Run();

    public override double FlopsOf(string method) => ConvolutionCase.FlopsOf(Layer);
}

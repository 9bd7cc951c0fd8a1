using BenchmarkDotNet.Attributes;
using CifarFast.Engine.Kernels;

namespace CifarFast.Benchmarks;

/// <summary>Sixteen images through each convolution of the reference network: forward directly and by Winograd's algorithm, input gradient, parameter gradients.</summary>
public class ConvolutionBenchmarks : WorkBenchmark
{
    private ConvolutionCase _case = null!;
    private ConvolutionCase _winograd = null!;

    [ParamsSource(nameof(Layers))]
    public string Layer { get; set; } = "";

    public static IEnumerable<string> Layers => ConvolutionCase.Layers;

    [GlobalSetup]
    public void Setup()
    {
        _case = new ConvolutionCase(Layer, Execution);
        _winograd = new ConvolutionCase(Layer, Execution with { Convolution = ConvolutionKind.Winograd });
    }

    [Benchmark]
    public void Forward() => _case.Forward();

    /// <summary>Its rates count the multiplications of the definition, so that they compare with those of the direct algorithm.</summary>
    [Benchmark]
    public void ForwardWinograd() => _winograd.Forward();

    [Benchmark]
    public void BackwardInput() => _case.BackwardInput();

    [Benchmark]
    public void BackwardParameters() => _case.BackwardParameters();

    public override double FlopsOf(string method) => ConvolutionCase.FlopsOf(Layer);
}

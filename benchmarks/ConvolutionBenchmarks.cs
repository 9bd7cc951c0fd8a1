using BenchmarkDotNet.Attributes;

namespace CifarFast.Benchmarks;

/// <summary>Sixteen images through each convolution of the reference network: forward, input gradient, parameter gradients.</summary>
public class ConvolutionBenchmarks : WorkBenchmark
{
    private ConvolutionCase _case = null!;

    [ParamsSource(nameof(Layers))]
    public string Layer { get; set; } = "";

    public static IEnumerable<string> Layers => ConvolutionCase.Layers;

    [GlobalSetup]
    public void Setup() => _case = new ConvolutionCase(Layer, Execution);

    [Benchmark]
    public void Forward() => _case.Forward();

    [Benchmark]
    public void BackwardInput() => _case.BackwardInput();

    [Benchmark]
    public void BackwardParameters() => _case.BackwardParameters();

    public override double FlopsOf(string method) => ConvolutionCase.FlopsOf(Layer);
}

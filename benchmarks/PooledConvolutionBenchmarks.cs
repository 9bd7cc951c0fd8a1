using BenchmarkDotNet.Attributes;

namespace CifarFast.Benchmarks;

/// <summary>
/// Sixteen images backward through the convolutions of the reference network that are pooled at once, from lists of the maxima; half
/// of the windows have no gradient. The naive kernels go through the whole gradient, as all do in <see cref="ConvolutionBenchmarks"/>,
/// and the rates count the multiplications of that.
/// </summary>
public class PooledConvolutionBenchmarks : WorkBenchmark
{
    private Action _backwardInput = null!;
    private Action _backwardParameters = null!;

    [ParamsSource(nameof(Layers))]
    public string Layer { get; set; } = "";

    public static IEnumerable<string> Layers => PooledConvolutionCase.Layers;

    [GlobalSetup]
    public void Setup()
    {
        if (Kernels == KernelChoice.Naive)
        {
            var whole = new ConvolutionCase(Layer, Execution);
            (_backwardInput, _backwardParameters) = (whole.BackwardInput, whole.BackwardParameters);
        }
        else
        {
            var lists = new PooledConvolutionCase(Layer, Execution, zeros: 0.5);
            (_backwardInput, _backwardParameters) = (lists.BackwardInput, lists.BackwardParameters);
        }
    }

    [Benchmark]
    public void BackwardInput() => _backwardInput();

    [Benchmark]
    public void BackwardParameters() => _backwardParameters();

    public override double FlopsOf(string method) => ConvolutionCase.FlopsOf(Layer);
}

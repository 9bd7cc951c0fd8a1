using BenchmarkDotNet.Attributes;
using CifarFast.Engine.Kernels.Elementwise;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Randomness;

namespace CifarFast.Benchmarks;

/// <summary>
/// Activations that take more than a few instructions, on an image that stays in the L2 cache: ReLU beside them is what memory alone costs. Times
/// are an element's, on one thread whatever the number of threads.
/// </summary>
public class ActivationBenchmarks : WorkBenchmark
{
    private const int Length = 24 * 31 * 31;

    private readonly float[] _values = new float[Length];
    private readonly float[] _gradient = new float[Length];
    private readonly float[] _result = new float[Length];
    private ActivationKernels _kernels = null!;

    /// <summary>The activation.</summary>
    [ParamsSource(nameof(Activations))]
    public string Activation { get; set; } = "";

    public static IEnumerable<string> Activations => All.Keys;

    private static Dictionary<string, Activation> All { get; } =
        new Activation[] { new ReLU(), new GELU(), new GELU(GELUApproximation.Tanh), new SiLU() }.ToDictionary(layer => layer.ToString());

    [GlobalSetup]
    public void Setup()
    {
        _kernels = All[Activation].CreateKernels(Execution);
        var random = new Xoshiro256(1);
        foreach (ref float value in _values.AsSpan())
        {
            value = (float)random.NextGaussian();
        }

        _gradient.AsSpan().Fill(1);
    }

    [Benchmark(OperationsPerInvoke = Length)]
    public void Forward() => _kernels.Forward(_values, _result);

    [Benchmark(OperationsPerInvoke = Length)]
    public void Backward() => _kernels.Backward(_values, _gradient, _result);

    public override double FlopsOf(string method) => 0;
}

using BenchmarkDotNet.Attributes;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Tensors;

namespace CifarFast.Benchmarks;

/// <summary>
/// A batch of 64 through each other layer of the reference network alone, with all that a network does around it.
/// Convolutions are the affair of <see cref="ConvolutionBenchmarks"/>.
/// </summary>
public class LayerBenchmarks : WorkBenchmark
{
    private const int BatchSize = 64;

    private LayerCase _case = null!;

    /// <summary>The layer's place in the reference network.</summary>
    [ParamsSource(nameof(Layers))]
    public string Layer { get; set; } = "";

    public static IEnumerable<string> Layers => NetworkCatalog.Reference().Summary.Select(row => row.Name).Where(name => !name.EndsWith("Flatten", StringComparison.Ordinal) && !name.EndsWith("Conv2d", StringComparison.Ordinal));

    private int Index => int.Parse(Layer.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);

    [GlobalSetup]
    public void Setup()
    {
        Architecture reference = NetworkCatalog.Reference();
        Shape input = Index == 0 ? reference.InputShape : reference.Summary[Index - 1].OutputShape;
        _case = new LayerCase(reference.Layers[Index], input, Execution, BatchSize);
    }

    [GlobalCleanup]
    public void Cleanup() => _case.Dispose();

    [Benchmark]
    public void Forward() => _case.Forward();

    [Benchmark]
    public void Backward() => _case.Backward();

    public override double FlopsOf(string method) =>
        NetworkCatalog.Reference().Summary[Index].MultiplyAdds * 2.0 * BatchSize * (method == nameof(Forward) ? 1 : 2);
}

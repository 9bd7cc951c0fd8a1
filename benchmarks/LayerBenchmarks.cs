using BenchmarkDotNet.Attributes;
using CifarFast.Engine.Execution;
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

    private Network _network = null!;

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
        _network = new Network(new Architecture(Layer, input, reference.Layers[Index]), Execution, BatchSize, seed: 1, RequiredGradients.ParametersAndInput);
        _network.Output.Gradient.Batch.Span.Fill(1);
        _network.Forward(BatchSize);
    }

    [GlobalCleanup]
    public void Cleanup() => _network.Dispose();

    [Benchmark]
    public void Forward() => _network.Forward(BatchSize);

    [Benchmark]
    public void Backward() => _network.Backward(BatchSize);

    public override double FlopsOf(string method) =>
        NetworkCatalog.Reference().Summary[Index].MultiplyAdds * 2.0 * BatchSize * (method == nameof(Forward) ? 1 : 2);
}

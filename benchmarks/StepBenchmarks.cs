using BenchmarkDotNet.Attributes;
using CifarFast.Engine.Data;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Training;

namespace CifarFast.Benchmarks;

/// <summary>A whole training step of the reference network, from the bytes of a batch to the updated weights; time by image.</summary>
public class StepBenchmarks : WorkBenchmark
{
    private const int BatchSize = 64;

    private readonly Batch _batch = new(SyntheticImages.Create(seed: 1, train: BatchSize, test: 10).Train);
    private Network _network = null!;
    private TrainingStep _step = null!;

    /// <summary>Floating-point operations of the convolutions and linear layers for an image; the first layer has no input gradient.</summary>
    public static double FlopsOfImage
    {
        get
        {
            IReadOnlyList<LayerSummary> layers = NetworkCatalog.Reference().Summary;
            return 2.0 * ((3 * layers.Sum(layer => layer.MultiplyAdds)) - layers[0].MultiplyAdds);
        }
    }

    [GlobalSetup]
    public void Setup()
    {
        _network = new Network(NetworkCatalog.Reference(), Execution, BatchSize, seed: 1);
        _step = new TrainingStep(_network, new Recipe());
    }

    [GlobalCleanup]
    public void Cleanup() => _network.Dispose();

    [Benchmark(OperationsPerInvoke = BatchSize)]
    public double Step() => _step.Run(_batch, position: default).Sum;

    public override double FlopsOf(string method) => FlopsOfImage;
}

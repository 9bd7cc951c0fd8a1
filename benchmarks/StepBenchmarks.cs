using BenchmarkDotNet.Attributes;
using CifarFast.Engine.Data;
using CifarFast.Engine.Networks;
using CifarFast.Engine.Training;

namespace CifarFast.Benchmarks;

/// <summary>A whole training step of the reference network, from the bytes of a batch to the updated weights; time by image.</summary>
public class StepBenchmarks
{
    private const int BatchSize = 64;

    private readonly int[] _indices = [.. Enumerable.Range(0, BatchSize)];
    private Network _network = null!;
    private TrainingStep _step = null!;

    [ParamsSource(nameof(Choices))]
    public string Kernels { get; set; } = "";

    [ParamsSource(nameof(ThreadCounts))]
    public int Threads { get; set; }

    public static IEnumerable<string> Choices => KernelChoice.All;

    public static IEnumerable<int> ThreadCounts => new[] { 1, Environment.ProcessorCount }.Distinct();

    [GlobalSetup]
    public void Setup()
    {
        ImageDataset images = SyntheticImages.Create(seed: 1, train: BatchSize, test: 10);
        _network = new Network(NetworkCatalog.Reference(), KernelChoice.Execution(Kernels, Threads), BatchSize, seed: 1);
        _step = new TrainingStep(_network, images.Train, new TrainingOptions());
    }

    [GlobalCleanup]
    public void Cleanup() => _network.Dispose();

    [Benchmark(OperationsPerInvoke = BatchSize)]
    public double Step() => _step.Run(_indices).LossSum;
}

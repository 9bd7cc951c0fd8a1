using BenchmarkDotNet.Attributes;
using CifarFast.Engine.Kernels;

namespace CifarFast.Benchmarks;

/// <summary>A benchmark of known arithmetic on every path: <see cref="WorkColumn"/> turns its time into a rate.</summary>
[Config(typeof(WorkConfig))]
public abstract class WorkBenchmark
{
    [ParamsSource(nameof(AllKernels))]
    public string Kernels { get; set; } = "";

    [ParamsSource(nameof(ThreadCounts))]
    public int Threads { get; set; } = 1;

    public static IEnumerable<string> AllKernels => KernelChoice.All;

    public static IEnumerable<int> ThreadCounts => new[] { 1, Environment.ProcessorCount }.Distinct();

    /// <summary>Floating-point operations (a multiply-add is two) of an operation of a benchmark method with these parameters; 0 for unknown.</summary>
    public abstract double FlopsOf(string method);

    private protected ExecutionOptions Execution => KernelChoice.Execution(Kernels, Threads);
}

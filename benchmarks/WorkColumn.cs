using System.Collections.Concurrent;
using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using CifarFast.Engine.Diagnostics;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Simd;

namespace CifarFast.Benchmarks;

/// <summary>The rate of a <see cref="WorkBenchmark"/> by its median: GFLOP/s, or per cent of the measured <see cref="FmaPeak"/>.</summary>
public sealed class WorkColumn(bool ofPeak) : IColumn
{
    private static readonly ConcurrentDictionary<(SimdTier Tier, int Threads), double> _peaks = new();

    public string Id => nameof(WorkColumn) + ColumnName;

    public string ColumnName => ofPeak ? "% of peak" : "GFLOP/s";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => ofPeak ? 1 : 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => ofPeak
        ? "Of the multiply-adds that the same tier and threads do on registers alone, measured after the benchmarks"
        : "Floating-point operations, two a multiply-add, over the median";

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => GetValue(summary, benchmarkCase, summary.Style);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style)
    {
        var benchmark = (WorkBenchmark)Activator.CreateInstance(benchmarkCase.Descriptor.Type)!;
        foreach (var parameter in benchmarkCase.Parameters.Items)
        {
            benchmarkCase.Descriptor.Type.GetProperty(parameter.Name)!.SetValue(benchmark, parameter.Value);
        }

        double flops = benchmark.FlopsOf(benchmarkCase.Descriptor.WorkloadMethod.Name);
        double? nanoseconds = summary[benchmarkCase]?.ResultStatistics?.Median;
        ExecutionOptions execution = KernelChoice.Execution(benchmark.Kernels, benchmark.Threads);
        if (flops == 0 || nanoseconds is not double time || (ofPeak && execution.Kernels == KernelPath.Naive))
        {
            return "-";
        }

        double rate = flops / time;
        if (!ofPeak)
        {
            return rate.ToString("F1", CultureInfo.InvariantCulture);
        }

        double peak = _peaks.GetOrAdd((execution.Tier, execution.Threads), static key => FmaPeak.Measure(key.Tier, key.Threads) / 1e9);
        return (rate / peak).ToString("P0", CultureInfo.InvariantCulture);
    }
}

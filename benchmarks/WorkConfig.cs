using BenchmarkDotNet.Configs;

namespace CifarFast.Benchmarks;

/// <summary>Adds the columns that compare a rate with what the cores can do.</summary>
public sealed class WorkConfig : ManualConfig
{
    public WorkConfig() => AddColumn(new WorkColumn(ofPeak: false), new WorkColumn(ofPeak: true));
}

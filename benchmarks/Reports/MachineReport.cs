using BenchmarkDotNet.Environments;
using CifarFast.Engine.Diagnostics;
using CifarFast.Engine.Simd;

namespace CifarFast.Benchmarks.Reports;

/// <summary>The machine and what its cores can do at most.</summary>
internal static class MachineReport
{
    public static Markdown Write()
    {
        var report = new Markdown();
        report.Line($"{Markdown.Provenance}\n\n```");
        foreach (string line in HostEnvironmentInfo.GetCurrent().ToFormattedString())
        {
            report.Line($"{line}");
        }

        int all = Environment.ProcessorCount;
        report.Line($"```").Table("tier", "one thread, GFLOP/s:", $"{all} threads, GFLOP/s:");
        foreach (SimdTier tier in SimdTiers.Supported)
        {
            report.Line($"| {tier.Name()} | {FmaPeak.Measure(tier, 1) / 1e9:F1} | {FmaPeak.Measure(tier, all) / 1e9:F1} |");
        }

        return report;
    }
}

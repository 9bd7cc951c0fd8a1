using CifarFast.Engine.Kernels;
using CifarFast.Engine.Simd;

namespace CifarFast.Benchmarks.Reports;

/// <summary>The step by threads and by batch size.</summary>
internal static class ScalingReport
{
    private const int UsualRounds = 9;
    private const int BatchSize = 64;

    public static Markdown Write(Measurement measurement)
    {
        int rounds = measurement.Rounds(UsualRounds);
        int all = Environment.ProcessorCount;
        (int Threads, Contestant Step)[] byThreads = [.. Enumerable.Range(1, all)
            .Where(threads => threads == all || int.IsPow2(threads))
            .Select(threads => (threads, StepContestant.Create($"{threads}", new ExecutionOptions { Threads = threads }, BatchSize, repeats: 8)))];
        measurement.Compete([.. byThreads.Select(row => row.Step)], rounds, warmUpSeconds: 2);
        Markdown report = new Markdown()
            .Line($"{Markdown.Provenance} {SimdTiers.Best.Name()}, median of {rounds} rounds.")
            .Table("threads:", $"a step of {BatchSize}:", "speed-up:");
        foreach ((int threads, Contestant step) in byThreads)
        {
            report.Line($"| {threads} | {step.Seconds * 1e3:F1} ms | {byThreads[0].Step.Seconds / step.Seconds:F2} × |");
        }

        (int BatchSize, Contestant Step)[] byBatch = [.. new[] { 16, 32, 64, 128, 256, 512, 1024 }
            .Select(batchSize => (batchSize, StepContestant.Create($"{batchSize}", new ExecutionOptions(), batchSize, repeats: Math.Max(1, 512 / batchSize))))];
        measurement.Compete([.. byBatch.Select(row => row.Step)], rounds, warmUpSeconds: 2);
        report.Table($"batch, {all} threads:", "a step:", "one image:", "images/s:");
        foreach ((int batchSize, Contestant step) in byBatch)
        {
            report.Line($"| {batchSize} | {step.Seconds * 1e3:F1} ms | {step.Seconds / batchSize * 1e6:F0} µs | {batchSize / step.Seconds:F0} |");
        }

        return report;
    }
}

using System.Globalization;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Simd;

namespace CifarFast.Benchmarks.Reports;

/// <summary>How long an epoch of the reference recipe takes on every path, by its training steps.</summary>
internal static class PathReport
{
    private const double NumPyEpochHours = 28;
    private const int UsualRounds = 7;
    private const int BatchSize = 64;

    /// <summary>Slow paths are measured on batches as small as their patience.</summary>
    private const int SlowBatchSize = 4;

    public static Markdown Write(Measurement measurement)
    {
        int rounds = measurement.Rounds(UsualRounds);
        var paths = new List<(Contestant Step, int Threads, int BatchSize)>();
        void Add(string name, ExecutionOptions execution, int batchSize, int repeats) =>
            paths.Add((StepContestant.Create(name, execution, batchSize, repeats), execution.Threads, batchSize));

        Add("naive loops", new ExecutionOptions { Kernels = KernelPath.Naive, Threads = 1 }, SlowBatchSize, repeats: 1);
        foreach (SimdTier tier in SimdTiers.Supported)
        {
            bool slow = tier == SimdTier.Scalar;
            Add($"im2col + GEMM, {tier.Name()}", new ExecutionOptions { Tier = tier, Convolution = ConvolutionKind.Direct, Threads = 1 }, slow ? SlowBatchSize : BatchSize, slow ? 1 : 10);
        }

        Add($"Winograd, {SimdTiers.Best.Name()}", new ExecutionOptions { Threads = 1 }, BatchSize, repeats: 10);
        int all = Environment.ProcessorCount;
        if (all > 1)
        {
            Add($"Winograd, {SimdTiers.Best.Name()}", new ExecutionOptions(), BatchSize, repeats: 10);
            Add("naive loops", new ExecutionOptions { Kernels = KernelPath.Naive }, SlowBatchSize, repeats: 1);
        }

        measurement.Compete([.. paths.Select(path => path.Step)], rounds, warmUpSeconds: 3);
        int images = StepContestant.Images.Train.Count;
        Markdown report = new Markdown()
            .Line($"{Markdown.Provenance} Median of {rounds} rounds; an epoch is {images:N0} images, evaluation not counted.")
            .Table("path", "threads:", "one image:", $"a step of {BatchSize}:", "an epoch:", $"against {NumPyEpochHours} h:");
        foreach ((Contestant step, int threads, int batchSize) in paths)
        {
            double seconds = step.Seconds / batchSize;
            var epoch = TimeSpan.FromSeconds(seconds * images);
            report.Line($"| {step.Name} | {threads} | {seconds * 1e3:F2} ms | {seconds * BatchSize * 1e3:F1} ms | {Format(epoch)} | {TimeSpan.FromHours(NumPyEpochHours) / epoch:N0} × |");
        }

        return report;
    }

    private static string Format(TimeSpan time) => time.TotalMinutes < 10
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:F1} s")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:F1} h");
}

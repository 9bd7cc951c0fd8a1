using CifarFast.Engine.Kernels;
using CifarFast.Engine.Kernels.Gemm;
using CifarFast.Engine.Simd;
using CommunityToolkit.HighPerformance;

namespace CifarFast.Benchmarks.Reports;

/// <summary>Matrix products of several shapes, on one thread and on all.</summary>
internal static class ProductReport
{
    private const int Rounds = 25;

    public static Markdown Write()
    {
        int[] threadCounts = [.. new[] { 1, Environment.ProcessorCount }.Distinct()];
        Markdown report = new Markdown()
            .Line($"{Markdown.Provenance} {SimdTiers.Best.Name()}, median of {Rounds} rounds: GFLOP/s and per cent of the peak of so many threads.")
            .Table(["M × N × K", .. threadCounts.SelectMany(threads => new[] { $"{threads} thread{(threads == 1 ? "" : "s")}:", "of peak:" })]);
        double[] peaks = [.. threadCounts.Select(threads => FmaPeak.Measure(SimdTiers.Best, threads))];
        foreach ((int m, int n, int k) in new[] { (256, 256, 256), (512, 512, 512), (1024, 1024, 1024), (2048, 2048, 2048), (64, 128, 8192), (64, 8192, 128), (8192, 128, 64) })
        {
            float[,] a = new float[m, k], b = new float[k, n], c = new float[m, n];
            a.AsSpan().Fill(0.5f);
            b.AsSpan().Fill(0.25f);
            double flops = 2.0 * m * n * k;
            Contestant[] products = [.. threadCounts.Select(threads =>
            {
                var gemm = new Sgemm(new ExecutionOptions { Threads = threads });
                return new Contestant($"{threads}", () => gemm.Multiply(a.AsSpan2D(), b.AsSpan2D(), c.AsSpan2D()), repeats: (int)Math.Max(1, 1e9 / flops));
            })];
            Contestant.Compete(products, Rounds, warmUpSeconds: 0.4);
            report.Line($"| {m} × {n} × {k} | {string.Join(" | ", products.Zip(peaks, (product, peak) => FormattableString.Invariant($"{flops / product.Seconds / 1e9:F1} | {flops / product.Seconds / peak:P0}")))} |");
        }

        return report;
    }
}

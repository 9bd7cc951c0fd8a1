using CifarFast.Engine.Diagnostics;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Kernels.Gemm;
using CifarFast.Engine.Simd;
using CommunityToolkit.HighPerformance;

namespace CifarFast.Benchmarks.Reports;

/// <summary>Matrix products of several shapes, on one thread and on all, against the peak that takes turns with them.</summary>
internal static class ProductReport
{
    private const int UsualRounds = 21;

    public static Markdown Write(Measurement measurement)
    {
        int rounds = measurement.Rounds(UsualRounds);
        int[] threadCounts = [.. new[] { 1, Environment.ProcessorCount }.Distinct()];
        FmaPeak[] peaks = [.. threadCounts.Select(threads => new FmaPeak(SimdTiers.Best, threads))];
        Contestant[] peakContestants = [.. peaks.Select(peak => new Contestant("peak", peak.Run))];
        ((int M, int N, int K) Size, double Flops, Contestant[] Products)[] rows =
        [
            .. new[] { (256, 256, 256), (512, 512, 512), (1024, 1024, 1024), (2048, 2048, 2048), (64, 128, 8192), (64, 8192, 128), (8192, 128, 64) }
                .Select(size => (size, 2.0 * size.Item1 * size.Item2 * size.Item3, threadCounts.Select(threads => Product(size, threads)).ToArray())),
        ];
        measurement.Compete([.. peakContestants, .. rows.SelectMany(row => row.Products)], rounds, warmUpSeconds: 0.4);

        Markdown report = new Markdown()
            .Line($"{Markdown.Provenance} {SimdTiers.Best.Name()}, median of {rounds} rounds: GFLOP/s and per cent of the peak of as many threads, which took its turn in each round.")
            .Table(["M × N × K", .. threadCounts.SelectMany(threads => new[] { $"{threads} thread{(threads == 1 ? "" : "s")}:", "of peak:" })]);
        foreach (((int m, int n, int k), double flops, Contestant[] products) in rows)
        {
            IEnumerable<string> rates = products.Select((product, i) => FormattableString.Invariant(
                $"{flops / product.Seconds / 1e9:F1} | {flops / product.Seconds / (peaks[i].Flops / peakContestants[i].Seconds):P0}"));
            report.Line($"| {m} × {n} × {k} | {string.Join(" | ", rates)} |");
        }

        return report;
    }

    private static Contestant Product((int M, int N, int K) size, int threads)
    {
        float[,] a = new float[size.M, size.K], b = new float[size.K, size.N], c = new float[size.M, size.N];
        a.AsSpan().Fill(0.5f);
        b.AsSpan().Fill(0.25f);
        var gemm = new Sgemm(new ExecutionOptions { Threads = threads });
        return new Contestant("product", () => gemm.Multiply(a.AsSpan2D(), b.AsSpan2D(), c.AsSpan2D()), repeats: (int)Math.Max(1, 1e9 / (2.0 * size.M * size.N * size.K)));
    }
}

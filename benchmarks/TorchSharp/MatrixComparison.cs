using CifarFast.Benchmarks.Reports;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Kernels.Gemm;
using CifarFast.Engine.Simd;
using CommunityToolkit.HighPerformance;
using TorchSharp;

namespace CifarFast.Benchmarks.TorchSharp;

/// <summary>A product of square matrices against libtorch's, which is MKL's.</summary>
internal static class MatrixComparison
{
    private const int UsualRounds = 9;
    private const int Size = 1024;

    public static Markdown Write(Measurement measurement)
    {
        int rounds = measurement.Rounds(UsualRounds);
        Markdown report = new Markdown()
            .Line($"{Markdown.Provenance} libtorch {torch.__version__} through TorchSharp, CifarFast on {SimdTiers.Best.Name()}; median of {rounds} rounds in which both take turns.")
            .Table("work", "threads:", "libtorch:", "CifarFast:", "times as fast:");
        foreach (int threads in new[] { Environment.ProcessorCount, 1 }.Distinct())
        {
            torch.set_num_threads(threads);
            torch.Tensor left = torch.rand(Size, Size), right = torch.rand(Size, Size);
            float[,] a = new float[Size, Size], b = new float[Size, Size], c = new float[Size, Size];
            a.AsSpan().Fill(0.5f);
            b.AsSpan().Fill(0.25f);
            var gemm = new Sgemm(new ExecutionOptions { Threads = threads });
            Contestant torchs = new("libtorch", () => left.mm(right).Dispose(), repeats: 10);
            Contestant ours = new("CifarFast", () => gemm.Multiply(a.AsSpan2D(), b.AsSpan2D(), c.AsSpan2D()), repeats: 10);
            measurement.Compete([torchs, ours], rounds, warmUpSeconds: 2, $"threads {threads}");
            report.Line($"| matrix product {Size}³ | {threads} | {torchs.Seconds * 1e3:F1} ms | {ours.Seconds * 1e3:F1} ms | {torchs.Seconds / ours.Seconds:F2} |");
        }

        return report;
    }
}

using CifarFast.Engine.Optim;
using CifarFast.Engine.Recipes;
using CifarFast.Benchmarks.Reports;
using CifarFast.Engine.Data;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Kernels.Gemm;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Training;
using CommunityToolkit.HighPerformance;
using TorchSharp;

namespace CifarFast.Benchmarks.TorchSharp;

/// <summary>
/// CifarFast against libtorch (oneDNN and MKL) on the same work in the same process, taking turns. The rival is the faster of
/// libtorch's two layouts in each case. Our step begins with the bytes of the images, libtorch's with its tensor.
/// </summary>
internal static class Comparison
{
    private const int Rounds = 9;

    public static Markdown Run()
    {
        Markdown report = new Markdown()
            .Line($"{Markdown.Provenance} libtorch {torch.__version__} through TorchSharp, CifarFast on {SimdTiers.Best.Name()}; median of {Rounds} rounds in which all take turns.")
            .Table("work", "threads:", "libtorch NCHW:", "libtorch NHWC:", "CifarFast:", "times as fast:");
        int all = Environment.ProcessorCount;
        CompareNetwork(report, 64, all);
        CompareNetwork(report, 512, all);
        CompareNetwork(report, 64, threads: 1);
        CompareProduct(report, 1024, all);
        CompareProduct(report, 1024, threads: 1);
        return report;
    }

    private static void CompareNetwork(Markdown report, int batchSize, int threads)
    {
        torch.set_num_threads(threads);
        var contiguous = new TorchReference(batchSize, channelsLast: false);
        var channelsLast = new TorchReference(batchSize, channelsLast: true);
        using var network = new Network(NetworkCatalog.Reference(), new ExecutionOptions { Threads = threads }, batchSize, seed: 1);
        var step = new TrainingStep(network, new Recipe { Optimizer = new SGD(LearningRate: 1e-4f) });
        var batch = new Batch(SyntheticImages.Create(seed: 1, train: batchSize, test: 10).Train);
        int repeats = Math.Max(1, 1280 / batchSize);
        Compare(report, $"step, batch {batchSize}", threads, contiguous.Step, channelsLast.Step, () => step.Run(batch, position: default), repeats);
        Compare(report, $"forward, batch {batchSize}", threads, contiguous.Forward, channelsLast.Forward, () => network.Forward(batchSize), repeats);
    }

    private static void CompareProduct(Markdown report, int size, int threads)
    {
        torch.set_num_threads(threads);
        torch.Tensor left = torch.rand(size, size), right = torch.rand(size, size);
        float[,] a = new float[size, size], b = new float[size, size], c = new float[size, size];
        a.AsSpan().Fill(0.5f);
        b.AsSpan().Fill(0.25f);
        var gemm = new Sgemm(new ExecutionOptions { Threads = threads });
        Compare(
            report, $"matrix product {size}³", threads, () => left.mm(right).Dispose(), null, () => gemm.Multiply(a.AsSpan2D(), b.AsSpan2D(), c.AsSpan2D()), repeats: 10);
    }

    private static void Compare(Markdown report, string work, int threads, Action contiguous, Action? channelsLast, Action ours, int repeats)
    {
        List<Contestant> contestants = [new("NCHW", contiguous, repeats), new("CifarFast", ours, repeats)];
        if (channelsLast is not null)
        {
            contestants.Add(new Contestant("NHWC", channelsLast, repeats));
        }

        Contestant.Compete(contestants, Rounds, warmUpSeconds: 2);
        double[] milliseconds = [.. contestants.Select(contestant => contestant.Seconds * 1e3)];
        double rival = channelsLast is null ? milliseconds[0] : Math.Min(milliseconds[0], milliseconds[2]);
        string second = channelsLast is null ? "" : FormattableString.Invariant($"{milliseconds[2]:F1} ms");
        report.Line($"| {work} | {threads} | {milliseconds[0]:F1} ms | {second} | {milliseconds[1]:F1} ms | {rival / milliseconds[1]:F2} |");
        Console.WriteLine($"{work}, {threads} threads: done");
    }
}

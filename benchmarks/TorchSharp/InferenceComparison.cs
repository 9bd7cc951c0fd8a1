using CifarFast.Benchmarks.Reports;
using CifarFast.Engine.Data;
using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Simd;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;

namespace CifarFast.Benchmarks.TorchSharp;

/// <summary>
/// What networks say of as many images as CIFAR-10 has for testing, against libtorch and ONNX Runtime. We begin with the bytes of the images, the
/// others with a tensor.
/// </summary>
internal static class InferenceComparison
{
    private const int UsualRounds = 5;
    private const int Images = 10_000;
    private const int BatchSize = 256;

    public static Markdown Write(Measurement measurement)
    {
        int rounds = measurement.Rounds(UsualRounds);
        int threads = Environment.ProcessorCount;
        torch.set_num_threads(threads);
        Markdown report = new Markdown()
            .Line($"{Markdown.Provenance} {Images:N0} images in batches of {BatchSize}, {threads} threads. ONNX Runtime {OrtEnv.Instance().GetVersionString()}, libtorch {torch.__version__} through TorchSharp, CifarFast on {SimdTiers.Best.Name()}; median of {rounds} rounds in which all take turns.")
            .Table("network", "ONNX Runtime:", "libtorch NCHW:", "libtorch NHWC:", "CifarFast:", "times as fast:");
        ImageSet images = SyntheticImages.Create(seed: 1, train: 1, test: Images).Test;
        foreach (string name in new[] { "reference", "airbench94" })
        {
            Recipe recipe = RecipeCatalog.Find(name)!;
            Architecture architecture = recipe.Network(images.Shape, 10);
            using var trained = new Network(architecture, new ExecutionOptions { Threads = threads }, BatchSize, seed: 1);
            recipe.Initialize(trained, images);
            using Network network = trained.WithoutGradients(BatchSize);
            using var onnx = new OnnxInference(network, BatchSize, threads);
            var contiguous = new TorchTraining(recipe, architecture, BatchSize, channelsLast: false);
            var channelsLast = new TorchTraining(recipe, architecture, BatchSize, channelsLast: true);
            var evaluator = new Evaluator(network, images);
            Contestant[] contestants =
            [
                new("ONNX Runtime", () => onnx.Evaluate(Images)),
                new("NCHW", () => contiguous.Evaluate(Images)),
                new("NHWC", () => channelsLast.Evaluate(Images)),
                new("CifarFast", () => evaluator.Run(progress: null, CancellationToken.None)),
            ];
            measurement.Compete(contestants, rounds, warmUpSeconds: 2, name);
            double[] times = [.. contestants.Select(contestant => contestant.Seconds)];
            report.Line($"| {name} | {times[0]:F2} s | {times[1]:F2} s | {times[2]:F2} s | {times[3]:F2} s | {times[..3].Min() / times[3]:F2} |");
        }

        return report;
    }
}

using CifarFast.Benchmarks.Reports;
using CifarFast.Engine.Data;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Training;
using TorchSharp;

namespace CifarFast.Benchmarks.TorchSharp;

/// <summary>
/// Training steps and forward passes against libtorch. Our step begins with the bytes of the images and keeps the averages that the recipe wants;
/// libtorch's begins with its tensor and keeps none.
/// </summary>
internal static class StepComparison
{
    private const int UsualRounds = 9;

    /// <summary>The reference network.</summary>
    public static Markdown Reference(Measurement measurement)
    {
        int rounds = measurement.Rounds(UsualRounds);
        Markdown report = Begin(rounds);
        Compare(report, "reference", 64, Environment.ProcessorCount, withForward: true, measurement, rounds);
        Compare(report, "reference", 512, Environment.ProcessorCount, withForward: true, measurement, rounds);
        Compare(report, "reference", 64, threads: 1, withForward: true, measurement, rounds);
        return report;
    }

    /// <summary>The network of airbench94, of which libtorch's step takes many seconds.</summary>
    public static Markdown Airbench94(Measurement measurement)
    {
        int rounds = measurement.Rounds(UsualRounds);
        Markdown report = Begin(rounds);
        Compare(report, "airbench94", 1024, Environment.ProcessorCount, withForward: false, measurement, rounds);
        return report;
    }

    private static Markdown Begin(int rounds) => new Markdown()
        .Line($"{Markdown.Provenance} libtorch {torch.__version__} through TorchSharp, CifarFast on {SimdTiers.Best.Name()}; median of {rounds} rounds in which all take turns.")
        .Table("network", "work", "threads:", "libtorch NCHW:", "libtorch NHWC:", "CifarFast:", "times as fast:");

    private static void Compare(Markdown report, string name, int batchSize, int threads, bool withForward, Measurement measurement, int rounds)
    {
        torch.set_num_threads(threads);
        Recipe recipe = RecipeCatalog.Find(name)!;
        ImageSet images = SyntheticImages.Create(seed: 1, train: batchSize, test: 10).Train;
        Architecture architecture = recipe.Network(images.Shape, 10);
        using var network = new Network(architecture, new ExecutionOptions { Threads = threads }, batchSize, seed: 1);
        recipe.Initialize(network, images);

        // Steps that hardly move the weights, so that the same batch a thousand times does not make infinite ones.
        recipe = recipe with { Optimizer = recipe.Optimizer with { LearningRate = 1e-4f } };
        var step = new TrainingStep(network, recipe);
        var batch = new Batch(images);
        var contiguous = new TorchTraining(recipe, architecture, batchSize, channelsLast: false);
        var channelsLast = new TorchTraining(recipe, architecture, batchSize, channelsLast: true);
        int repeats = Math.Max(1, 1280 / batchSize);
        Line("step", contiguous.Step, channelsLast.Step, () => step.Run(batch, position: default));
        if (withForward)
        {
            Line("forward", contiguous.Forward, channelsLast.Forward, () => network.Forward(batchSize));
        }

        void Line(string work, Action nchw, Action nhwc, Action ours)
        {
            Contestant[] contestants = [new("NCHW", nchw, repeats), new("NHWC", nhwc, repeats), new("CifarFast", ours, repeats)];
            measurement.Compete(contestants, rounds, warmUpSeconds: 2, $"{work} of {name}, batch {batchSize}, threads {threads}");
            double[] times = [.. contestants.Select(contestant => contestant.Seconds * 1e3)];
            report.Line($"| {name} | {work}, batch {batchSize} | {threads} | {times[0]:F1} ms | {times[1]:F1} ms | {times[2]:F1} ms | {Math.Min(times[0], times[1]) / times[2]:F2} |");
        }
    }
}

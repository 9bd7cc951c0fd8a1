using System.Diagnostics;
using CifarFast.Engine.Data;
using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Nn;

namespace CifarFast.Benchmarks.Reports;

/// <summary>The evaluation of as many images as CIFAR-10 has for testing, step by step from the training network's own.</summary>
internal static class EvaluationReport
{
    private const int Images = 10_000;
    private const int BatchSize = Evaluator.BatchSize;
    private const int UsualRounds = 11;

    private static readonly ExecutionOptions _direct = new() { Convolution = ConvolutionKind.Direct };
    private static readonly ExecutionOptions _winograd = new() { Convolution = ConvolutionKind.Winograd };

    public static Markdown Write(Measurement measurement)
    {
        int rounds = measurement.Rounds(UsualRounds);
        ImageSet images = SyntheticImages.Create(seed: 1, train: 1, test: Images).Test;
        using Network training = new(NetworkCatalog.Reference(), _direct, BatchSize, seed: 1);
        using Network direct = WithoutGradients(training, _direct);
        using Network winograd = WithoutGradients(training, _winograd);

        // Nothing has computed before, so that this is what a program that only evaluates waits for.
        (Predictions ofWinograd, double first) = First(new Evaluator(winograd, images));
        (Predictions ofTraining, _) = First(new Evaluator(training, images));
        Contestant[] ways =
        [
            Evaluation("a network that is trained", training, images),
            Evaluation("one without gradients: values between layers stay in cache", direct, images),
            Evaluation("the same, Winograd's convolutions", winograd, images),
        ];
        measurement.Compete(ways, rounds, warmUpSeconds: 1);

        Markdown report = new Markdown()
            .Line($"{Markdown.Provenance} {Images:N0} images in batches of {BatchSize}, {Environment.ProcessorCount} threads, median of {rounds} rounds.")
            .Table("evaluation by", "time:", "faster by:");
        foreach (Contestant way in ways)
        {
            report.Line($"| {way.Name} | {way.Seconds:F2} s | {ways[0].Seconds / way.Seconds:F2} × |");
        }

        report.Line($"\nThe last of them takes {first:F2} s where it is the first thing a program computes.");
        int same = Enumerable.Range(0, Images).Count(i => ofTraining.Class(i) == ofWinograd.Class(i));
        double furthest = Enumerable.Range(0, Images).Max(i => Difference(ofTraining.Logits(i), ofWinograd.Logits(i)));
        return report.Line($"\nOf random weights, both say the same class of {same:N0} of {Images:N0} images; the outputs, of a size of about one, differ by {furthest:E1} at most.");
    }

    private static Network WithoutGradients(Network training, ExecutionOptions execution)
    {
        var network = new Network(training.Architecture, execution, BatchSize, seed: 0, RequiredGradients.None);
        training.Values.CopyTo(network.Values);
        return network;
    }

    private static (Predictions Predictions, double Seconds) First(Evaluator evaluator)
    {
        long start = Stopwatch.GetTimestamp();
        Predictions predictions = evaluator.Run(progress: null, CancellationToken.None);
        return (predictions, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    private static Contestant Evaluation(string name, Network network, ImageSet images)
    {
        var evaluator = new Evaluator(network, images);
        return new Contestant(name, () => evaluator.Run(progress: null, CancellationToken.None));
    }

    private static double Difference(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        double most = 0;
        for (int i = 0; i < left.Length; i++)
        {
            most = Math.Max(most, Math.Abs((double)left[i] - right[i]));
        }

        return most;
    }
}

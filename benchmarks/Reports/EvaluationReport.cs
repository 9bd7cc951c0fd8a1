using System.Diagnostics;
using CifarFast.Engine.Data;
using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Networks;

namespace CifarFast.Benchmarks.Reports;

/// <summary>The evaluation of as many images as CIFAR-10 has for testing, and each of its convolutions: direct against Winograd.</summary>
internal static class EvaluationReport
{
    private const int Images = 10_000;
    private const int BatchSize = 64;
    private const int Rounds = 11;

    private static readonly ExecutionOptions _direct = new();
    private static readonly ExecutionOptions _winograd = new() { Convolution = ConvolutionKind.Winograd };

    public static Markdown Write()
    {
        ImageSet images = SyntheticImages.Create(seed: 1, train: 1, test: Images).Test;
        using var directNetwork = new Network(NetworkCatalog.Reference(), _direct, BatchSize, seed: 1);
        using var winogradNetwork = new Network(NetworkCatalog.Reference(), _winograd, BatchSize, seed: 1);
        var directEvaluator = new Evaluator(directNetwork, images);
        var winogradEvaluator = new Evaluator(winogradNetwork, images);
        (Predictions Predictions, double Seconds) directFirst = First(directEvaluator);
        (Predictions Predictions, double Seconds) winogradFirst = First(winogradEvaluator);
        (string Name, Contestant Direct, Contestant Winograd)[] rows =
        [
            ("all of it", Evaluation(directEvaluator), Evaluation(winogradEvaluator)),
            .. ConvolutionCase.Layers.Skip(1).Select(layer => (layer, Convolution(layer, _direct), Convolution(layer, _winograd))),
        ];
        Contestant.Compete([.. rows.SelectMany(row => new[] { row.Direct, row.Winograd })], Rounds, warmUpSeconds: 1);

        Markdown report = new Markdown()
            .Line($"{Markdown.Provenance} {Images:N0} images in batches of {BatchSize}, {Environment.ProcessorCount} threads, median of {Rounds} rounds; convolutions on one thread, {ConvolutionCase.Images} images a call.")
            .Table("what", "direct:", "Winograd:", "faster by:")
            .Line($"| all of it, first call in its process | {directFirst.Seconds:F2} s | {winogradFirst.Seconds:F2} s | {directFirst.Seconds / winogradFirst.Seconds:F2} × |");
        foreach ((string name, Contestant direct, Contestant winograd) in rows)
        {
            string Time(Contestant one) => name == rows[0].Name
                ? FormattableString.Invariant($"{one.Seconds:F2} s")
                : FormattableString.Invariant($"{one.Seconds / ConvolutionCase.Images * 1e6:F1} µs an image");
            report.Line($"| {name} | {Time(direct)} | {Time(winograd)} | {direct.Seconds / winograd.Seconds:F2} × |");
        }

        int same = Enumerable.Range(0, Images).Count(i => directFirst.Predictions.Class(i) == winogradFirst.Predictions.Class(i));
        double furthest = Enumerable.Range(0, Images).Max(i => Difference(directFirst.Predictions.Logits(i), winogradFirst.Predictions.Logits(i)));
        return report.Line($"\nOf random weights, both say the same class of {same:N0} of {Images:N0} images; the outputs, of a size of about one, differ by {furthest:E1} at most.");
    }

    private static (Predictions Predictions, double Seconds) First(Evaluator evaluator)
    {
        long start = Stopwatch.GetTimestamp();
        Predictions predictions = evaluator.Run(progress: null, CancellationToken.None);
        return (predictions, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    private static Contestant Evaluation(Evaluator evaluator) => new("evaluation", () => evaluator.Run(progress: null, CancellationToken.None));

    private static Contestant Convolution(string layer, ExecutionOptions execution) =>
        new(layer, new ConvolutionCase(layer, execution with { Threads = 1 }).Forward, repeats: 4);

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

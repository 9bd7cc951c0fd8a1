using CifarFast.Engine.Diagnostics;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Simd;

namespace CifarFast.Benchmarks.Reports;

/// <summary>Each convolution, pass and tier directly and by Winograd's algorithm, against each other and the peak, which take turns.</summary>
internal static class ConvolutionReport
{
    private const int UsualRounds = 31;

    public static Markdown Write(Measurement measurement)
    {
        int rounds = measurement.Rounds(UsualRounds);
        Markdown report = new Markdown()
            .Line($"{Markdown.Provenance} One thread, {ConvolutionCase.Images} images, median of {rounds} rounds: time an image, and the multiply-adds of the definition against the tier's peak, which took its turn in each round.")
            .Table("layer", "tier", "pass", "direct:", "of peak:", "Winograd:", "of peak:", "taken", "faster than the other by:");
        foreach (string layer in ConvolutionCase.ReferenceLayers.Concat(ConvolutionCase.Airbench94Layers))
        {
            WriteLayer(report, layer, measurement, rounds);
        }

        return report;
    }

    private static void WriteLayer(Markdown report, string layer, Measurement measurement, int rounds)
    {
        Row[] rows = [.. SimdTiers.Supported.Where(tier => tier != SimdTier.Scalar).SelectMany(tier => Rows(layer, tier))];
        Contestant[] peaks = [.. rows.Select(row => row.Peak).Distinct()];
        measurement.Compete([.. peaks, .. rows.SelectMany(row => new[] { row.Direct, row.Winograd })], rounds, warmUpSeconds: 0.3, layer);
        foreach (Row row in rows)
        {
            string Cells(Contestant way) => FormattableString.Invariant(
                $"{way.Seconds / ConvolutionCase.Images * 1e6:F1} µs | {ConvolutionCase.FlopsOf(layer) / way.Seconds / (row.FlopsOfPeak / row.Peak.Seconds):P0}");
            (Contestant taken, Contestant other) = row.TakesWinograd ? (row.Winograd, row.Direct) : (row.Direct, row.Winograd);
            report.Line($"| {layer} | {row.Tier.Name()} | {row.Pass} | {Cells(row.Direct)} | {Cells(row.Winograd)} | {taken.Name} | {other.Seconds / taken.Seconds:F2} × |");
        }
    }

    private static IEnumerable<Row> Rows(string layer, SimdTier tier)
    {
        var execution = new ExecutionOptions { Tier = tier, Threads = 1 };
        var peak = new FmaPeak(tier, threads: 1);
        var peakContestant = new Contestant("peak", peak.Run);
        Type[] taken = [.. new ConvolutionCase(layer, execution).Passes.Select(pass => pass.Implementation)];
        IReadOnlyList<ConvolutionPass> direct = new ConvolutionCase(layer, execution with { Convolution = ConvolutionKind.Direct }).Passes;
        IReadOnlyList<ConvolutionPass> winograd = new ConvolutionCase(layer, execution with { Convolution = ConvolutionKind.Winograd }).Passes;

        // Training has no use for the gradient of images.
        IEnumerable<int> passes = Enumerable.Range(0, taken.Length).Where(i => i != 1 || !layer.StartsWith("3-", StringComparison.Ordinal));
        return passes.Select(i => new Row(
            tier,
            direct[i].Name,
            peakContestant,
            peak.Flops,
            new Contestant("direct", direct[i].Run, repeats: 2),
            new Contestant("Winograd", winograd[i].Run, repeats: 2),
            taken[i] == winograd[i].Implementation));
    }

    private sealed record Row(SimdTier Tier, string Pass, Contestant Peak, double FlopsOfPeak, Contestant Direct, Contestant Winograd, bool TakesWinograd);
}

using CifarFast.Engine.Diagnostics;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Simd;

namespace CifarFast.Benchmarks.Reports;

/// <summary>Each convolution of the reference network, each pass and tier, against the peak that takes turns with them.</summary>
internal static class ConvolutionReport
{
    private const int Rounds = 31;

    public static Markdown Write()
    {
        SimdTier[] tiers = [.. SimdTiers.Supported.Where(tier => tier != SimdTier.Scalar)];
        Dictionary<SimdTier, (FmaPeak Work, Contestant Contestant)> peaks = tiers.ToDictionary(tier => tier, tier =>
        {
            var peak = new FmaPeak(tier, threads: 1);
            return (peak, new Contestant("peak", peak.Run));
        });
        (SimdTier Tier, string Layer, Contestant[] Passes)[] rows =
        [
            .. from tier in tiers
               from layer in ConvolutionCase.Layers
               let work = new ConvolutionCase(layer, new ExecutionOptions { Tier = tier, Threads = 1 })
               select (tier, layer, new Contestant[]
               {
                   new("forward", work.Forward, repeats: 4),
                   new("input gradient", work.BackwardInput, repeats: 4),
                   new("weight gradient", work.BackwardParameters, repeats: 4),
               }),
        ];
        Contestant.Compete([.. peaks.Values.Select(peak => peak.Contestant), .. rows.SelectMany(row => row.Passes)], Rounds, warmUpSeconds: 0.3);

        Markdown report = new Markdown()
            .Line($"{Markdown.Provenance} One thread, {ConvolutionCase.Images} images a call, median of {Rounds} rounds: GFLOP/s and per cent of the tier's peak, which took its turn in each round.")
            .Table("layer", "tier", "peak:", "forward:", "of it:", "input gradient:", "of it:", "weight gradient:", "of it:");
        foreach ((SimdTier tier, string layer, Contestant[] passes) in rows)
        {
            double peak = peaks[tier].Work.Flops / peaks[tier].Contestant.Seconds;
            IEnumerable<string> rates = passes
                .Select(pass => ConvolutionCase.FlopsOf(layer) / pass.Seconds)
                .Select(rate => FormattableString.Invariant($"{rate / 1e9:F1} | {rate / peak:P0}"));
            report.Line($"| {layer} | {tier.Name()} | {peak / 1e9:F1} | {string.Join(" | ", rates)} |");
        }

        return report;
    }
}

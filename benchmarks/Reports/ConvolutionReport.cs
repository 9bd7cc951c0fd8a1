using CifarFast.Engine.Kernels;
using CifarFast.Engine.Simd;

namespace CifarFast.Benchmarks.Reports;

/// <summary>Each convolution of the reference network, each pass, against the peak that is measured in turn with it.</summary>
internal static class ConvolutionReport
{
    private const int Rounds = 25;
    private const int Images = 16;

    public static Markdown Write()
    {
        Markdown report = new Markdown()
            .Line($"{Markdown.Provenance} One thread, {Images} images a call, median of {Rounds} rounds: GFLOP/s and per cent of the tier's peak.")
            .Table("layer", "tier", "forward:", "of peak:", "input gradient:", "of peak:", "weight gradient:", "of peak:");
        foreach (SimdTier tier in SimdTiers.Supported.Where(tier => tier != SimdTier.Scalar))
        {
            double peak = FmaPeak.Measure(tier, threads: 1);
            foreach (string layer in ConvolutionCase.Layers)
            {
                var work = new ConvolutionCase(layer, new ExecutionOptions { Tier = tier, Threads = 1 });
                Contestant[] passes =
                [
                    new("forward", work.Forward, repeats: 10),
                    new("input gradient", work.BackwardInput, repeats: 10),
                    new("weight gradient", work.BackwardParameters, repeats: 10),
                ];
                Contestant.Compete(passes, Rounds, warmUpSeconds: 0.4);
                string[] rates = [.. passes.Select(pass => ConvolutionCase.FlopsOf(layer) / pass.Seconds).Select(rate => FormattableString.Invariant($"{rate / 1e9:F1} | {rate / peak:P0}"))];
                report.Line($"| {layer} | {tier.Name()} | {string.Join(" | ", rates)} |");
            }
        }

        return report;
    }
}

using CifarFast.Engine.Kernels;
using CifarFast.Engine.Simd;

namespace CifarFast.Benchmarks.Reports;

/// <summary>The backward passes of the convolutions that are pooled at once: from the whole gradient, and from lists of the maxima.</summary>
internal static class PooledConvolutionReport
{
    private const int Rounds = 31;

    private static readonly double[] _zeros = [0, 0.5];

    public static Markdown Write()
    {
        (string Layer, SimdTier Tier, Contestant[] Whole, Contestant[][] Lists)[] rows =
        [
            .. from tier in SimdTiers.Supported.Where(tier => tier != SimdTier.Scalar)
               from layer in PooledConvolutionCase.Layers
               let execution = new ExecutionOptions { Tier = tier, Threads = 1 }
               let whole = new ConvolutionCase(layer, execution)
               let lists = _zeros.Select(zeros => new PooledConvolutionCase(layer, execution, zeros))
               select (
                   layer,
                   tier,
                   new Contestant[] { new("input", whole.BackwardInput, repeats: 4), new("weight", whole.BackwardParameters, repeats: 4) },
                   lists.Select(work => new Contestant[]
                   {
                       new("input", work.BackwardInput, repeats: 4),
                       new("weight", work.BackwardParameters, repeats: 4),
                       new("lists", work.Gather, repeats: 4),
                   }).ToArray()),
        ];
        Contestant.Compete([.. rows.SelectMany(row => row.Lists.Append(row.Whole)).SelectMany(passes => passes)], Rounds, warmUpSeconds: 0.3);

        Markdown report = new Markdown()
            .Line($"{Markdown.Provenance} One thread, {ConvolutionCase.Images} images a call, median of {Rounds} rounds; µs an image.")
            .Table("layer", "tier", "zero", "input gradient, whole:", "from lists:", "weight gradient, whole:", "from lists:", "making lists:", "faster by, in all:");
        foreach ((string layer, SimdTier tier, Contestant[] whole, Contestant[][] lists) in rows)
        {
            foreach ((double zeros, Contestant[] passes) in _zeros.Zip(lists))
            {
                double gain = whole.Sum(pass => pass.Seconds) / passes.Sum(pass => pass.Seconds);
                report.Line($"| {layer} | {tier.Name()} | {zeros:P0} | {Micro(whole[0])} | {Micro(passes[0])} | {Micro(whole[1])} | {Micro(passes[1])} | {Micro(passes[2])} | {gain:F2} × |");
            }
        }

        return report;
    }

    private static string Micro(Contestant pass) => FormattableString.Invariant($"{pass.Seconds / ConvolutionCase.Images * 1e6:F1}");
}

using CifarFast.Engine.Kernels;
using CifarFast.Engine.Simd;

namespace CifarFast.Benchmarks;

/// <summary>The kernels to compare: the naive ones, and the fast ones on every tier of this machine.</summary>
public static class KernelChoice
{
    public const string Naive = "naive";

    public static IEnumerable<string> All => SimdTiers.Supported.Select(tier => tier.Name()).Prepend(Naive);

    public static ExecutionOptions Execution(string kernels, int threads) => kernels == Naive
        ? new ExecutionOptions { Kernels = KernelPath.Naive, Threads = threads }
        : new ExecutionOptions { Tier = SimdTiers.Resolve(kernels), Threads = threads };
}

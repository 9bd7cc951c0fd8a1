using CifarFast.Engine.Kernels;
using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Tests.Networks;

/// <summary>Every way to compute that this machine has, as theory data: <c>naive</c>, then the tiers.</summary>
public static class ExecutionPaths
{
    private const string Naive = "naive";

    public static TheoryData<string> All => [Naive, .. Fast];

    public static TheoryData<string> Fast => [.. SimdTiers.Supported.Select(tier => tier.Name())];

    public static ExecutionOptions Options(string path, int threads = 1) => path == Naive
        ? new ExecutionOptions { Kernels = KernelPath.Naive, Threads = threads }
        : new ExecutionOptions { Tier = SimdTiers.Resolve(path), Threads = threads };
}

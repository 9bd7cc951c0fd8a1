using CifarFast.Engine.Kernels;
using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Tests.Execution;

/// <summary>Every way to compute that this machine has, as theory data: <c>naive</c>, then the tiers.</summary>
public static class ExecutionPaths
{
    private const string Naive = "naive";

    public static TheoryData<string> All => [Naive, .. Fast];

    public static TheoryData<string> Fast => [.. SimdTiers.Supported.Select(tier => tier.Name())];

    /// <summary>Every case on every one of the paths, as theory data.</summary>
    public static TheoryData<string, string> Combine(IEnumerable<string> cases, TheoryData<string> paths)
    {
        var data = new TheoryData<string, string>();
        foreach (string name in cases)
        {
            foreach (string path in paths.Select(row => row.Data))
            {
                data.Add(name, path);
            }
        }

        return data;
    }

    public static ExecutionOptions Options(string path, int threads = 1) => path == Naive
        ? new ExecutionOptions { Kernels = KernelPath.Naive, Threads = threads }
        : new ExecutionOptions { Tier = SimdTiers.Resolve(path), Threads = threads };
}

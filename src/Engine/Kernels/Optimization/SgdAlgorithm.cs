using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Optimization;

/// <summary>Chooses how SGD is computed.</summary>
internal static class SgdAlgorithm
{
    /// <summary>The algorithm on the kernels and the tier that are asked for.</summary>
    public static ISgd Create(ExecutionOptions execution) =>
        execution.Kernels == KernelPath.Naive ? new NaiveSgd() : SimdTiers.Create<ISgd, Factory>(execution.Tier, default);

    private readonly struct Factory : ISimdFactory<ISgd>
    {
        public ISgd Create<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct => new SimdSgd<TSimd, TVector>();
    }
}

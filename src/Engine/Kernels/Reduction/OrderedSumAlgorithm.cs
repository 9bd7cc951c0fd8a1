using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Reduction;

/// <summary>Chooses how ordered sums are computed.</summary>
internal static class OrderedSumAlgorithm
{
    /// <summary>The algorithm on the kernels and the tier that are asked for.</summary>
    public static IOrderedSum Create(ExecutionOptions execution) =>
        execution.Kernels == KernelPath.Naive ? new NaiveOrderedSum() : SimdTiers.Create<IOrderedSum, Factory>(execution.Tier, default);

    private readonly struct Factory : ISimdFactory<IOrderedSum>
    {
        public IOrderedSum Create<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct => new SimdOrderedSum<TSimd, TVector>();
    }
}

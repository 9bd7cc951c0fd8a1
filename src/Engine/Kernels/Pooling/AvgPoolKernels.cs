using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Pooling;

/// <summary>Chooses how average-pooling is computed.</summary>
internal static class AvgPoolKernels
{
    /// <summary>The kernels for a geometry, on the path and the tier that are asked for.</summary>
    public static IAvgPool Create(ExecutionOptions execution, PoolingGeometry geometry) =>
        execution.Kernels == KernelPath.Naive
            ? new NaiveAvgPool(geometry)
            : SimdTiers.Create<IAvgPool, Factory>(execution.Tier, new Factory(geometry));

    private readonly struct Factory(PoolingGeometry geometry) : ISimdFactory<IAvgPool>
    {
        public IAvgPool Create<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct => new SimdAvgPool<TSimd, TVector>(geometry);
    }
}

using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Pooling;

/// <summary>Chooses how max-pooling is computed.</summary>
internal static class MaxPoolKernels
{
    /// <summary>The kernels for a geometry, on the path and the tier that are asked for.</summary>
    public static IMaxPool Create(ExecutionOptions execution, PoolingGeometry geometry) =>
        execution.Kernels == KernelPath.Naive
            ? new NaiveMaxPool(geometry)
            : SimdTiers.Create<IMaxPool, Factory>(execution.Tier, new Factory(geometry));

    private readonly struct Factory(PoolingGeometry geometry) : ISimdFactory<IMaxPool>
    {
        public IMaxPool Create<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct => new SimdMaxPool<TSimd, TVector>(geometry);
    }
}

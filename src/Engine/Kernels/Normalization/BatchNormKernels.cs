using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Normalization;

/// <summary>Chooses how batch normalisation is computed.</summary>
internal static class BatchNormKernels
{
    /// <summary>The kernels for a geometry, on the path and the tier that are asked for.</summary>
    public static IBatchNorm Create(ExecutionOptions execution, BatchNormGeometry geometry) =>
        execution.Kernels == KernelPath.Naive
            ? new NaiveBatchNorm(geometry)
            : SimdTiers.Create<IBatchNorm, Factory>(execution.Tier, new Factory(geometry));

    private readonly struct Factory(BatchNormGeometry geometry) : ISimdFactory<IBatchNorm>
    {
        public IBatchNorm Create<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct => new SimdBatchNorm<TSimd, TVector>(geometry);
    }
}

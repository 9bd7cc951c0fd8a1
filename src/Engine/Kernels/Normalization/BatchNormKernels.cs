using CifarFast.Engine.Kernels.Elementwise;
using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Normalization;

/// <summary>Chooses how batch normalisation is computed.</summary>
internal static class BatchNormKernels
{
    /// <summary>The kernels for a geometry, on the path and the tier that are asked for.</summary>
    public static IBatchNorm Create(ExecutionOptions execution, BatchNormGeometry geometry) =>
        execution.Kernels == KernelPath.Naive ? new NaiveBatchNorm(geometry) : CreateFast(execution, geometry, default(Identity), readsOutput: false);

    /// <summary>The fast kernels with an activation along.</summary>
    /// <param name="execution">On which tier.</param>
    /// <param name="geometry">The sizes.</param>
    /// <param name="activation">The activation.</param>
    /// <param name="readsOutput">Whether its gradient depends on its output; else on its input.</param>
    public static IBatchNorm CreateFast<TActivation>(ExecutionOptions execution, BatchNormGeometry geometry, TActivation activation, bool readsOutput)
        where TActivation : struct, IActivation =>
        SimdTiers.Create<IBatchNorm, Factory<TActivation>>(execution.Tier, new Factory<TActivation>(geometry, activation, readsOutput));

    private readonly struct Factory<TActivation>(BatchNormGeometry geometry, TActivation activation, bool readsOutput) : ISimdFactory<IBatchNorm>
        where TActivation : struct, IActivation
    {
        public IBatchNorm Create<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct => new SimdBatchNorm<TSimd, TVector, TActivation>(geometry, activation, readsOutput);
    }
}

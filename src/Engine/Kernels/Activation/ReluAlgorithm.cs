using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Activation;

/// <summary>Chooses how ReLU is computed.</summary>
internal static class ReluAlgorithm
{
    /// <summary>The algorithm on the kernels and the tier that are asked for.</summary>
    public static IRelu Create(ExecutionOptions execution) =>
        execution.Kernels == KernelPath.Naive ? new NaiveRelu() : SimdTiers.Create<IRelu, Factory>(execution.Tier, default);

    private readonly struct Factory : ISimdFactory<IRelu>
    {
        public IRelu Create<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct => new SimdRelu<TSimd, TVector>();
    }
}

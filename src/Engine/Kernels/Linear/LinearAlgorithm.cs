using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Linear;

/// <summary>Chooses how a linear layer is computed.</summary>
internal static class LinearAlgorithm
{
    /// <summary>The algorithm for a geometry on the kernels and the tier that are asked for.</summary>
    public static ILinear Create(ExecutionOptions execution, LinearGeometry geometry) =>
        execution.Kernels == KernelPath.Naive
            ? new NaiveLinear(geometry)
            : SimdTiers.Create<ILinear, Factory>(execution.Tier, new Factory(geometry));

    private readonly struct Factory(LinearGeometry geometry) : IVectorFactory<ILinear>
    {
        public ILinear Create<TVector>()
            where TVector : struct, IVector<TVector> => new GemmLinear<TVector>(geometry);
    }
}

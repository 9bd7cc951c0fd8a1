using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>Chooses how a convolution is computed.</summary>
internal static class ConvolutionAlgorithm
{
    /// <summary>The algorithm for a geometry on the kernels and the tier that are asked for.</summary>
    public static IConvolution Create(ExecutionOptions execution, ConvolutionGeometry geometry) =>
        execution.Kernels == KernelPath.Naive
            ? new NaiveConvolution(geometry)
            : SimdTiers.Create<IConvolution, Factory>(execution.Tier, new Factory(geometry));

    private readonly struct Factory(ConvolutionGeometry geometry) : IVectorFactory<IConvolution>
    {
        public IConvolution Create<TVector>()
            where TVector : struct, IVector<TVector> => new GemmConvolution<TVector>(geometry);
    }
}

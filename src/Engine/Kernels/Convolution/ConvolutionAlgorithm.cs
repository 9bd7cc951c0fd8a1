using CifarFast.Engine.Kernels.Gemm;
using CifarFast.Engine.Kernels.Pooling;
using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>Chooses how a convolution is computed.</summary>
internal static class ConvolutionAlgorithm
{
    private const int LeastChannels = 16;

    /// <summary>Floats of the input that a band of pooled gradients may meet: less than the smallest L1 cache, 32 KiB.</summary>
    private const int BandLength = 7000;

    /// <summary>The algorithm for a geometry on the kernels and the tier that are asked for.</summary>
    public static IConvolution Create(ExecutionOptions execution, ConvolutionGeometry geometry) =>
        execution.Kernels == KernelPath.Naive ? new NaiveConvolution(geometry)
        : execution.Convolution == ConvolutionKind.Winograd && Pays(geometry) ? Winograd(execution.Tier, geometry)
        : new GemmConvolution(execution.Tier, geometry);

    /// <summary>Winograd's algorithm on the vectors of a tier, for a geometry that <see cref="WinogradConvolution{TSimd,TVector}"/> takes.</summary>
    public static IConvolution Winograd(SimdTier tier, ConvolutionGeometry geometry) =>
        SimdTiers.Create<IConvolution, WinogradFactory>(tier, new WinogradFactory(geometry));

    /// <summary>
    /// How the gradient of a convolution's output is to come that is pooled at once, or null where lists are not what its backward
    /// passes want: they are for 3×3 kernels of stride 1, whole vectors of inputs, and windows that do not overlap.
    /// </summary>
    public static PooledGradientLayout? PooledGradient(ExecutionOptions execution, ConvolutionGeometry geometry, PoolingGeometry pooling) =>
        execution.Kernels == KernelPath.Naive || geometry.Kernel != 3 || geometry.Stride != 1
        || pooling.Window < 2 || pooling.Stride < pooling.Window
        || geometry.Input.Channels % PanelGemm.For(execution.Tier).VectorWidth != 0
            ? null
            : new PooledGradientLayout(pooling, geometry.Input.RowStride / geometry.Input.Channels, BandRows(geometry, pooling));

    /// <summary>The backward passes on a tier from a gradient that comes as <see cref="PooledGradient"/> said.</summary>
    public static IPooledConvolution Pooled(SimdTier tier, ConvolutionGeometry geometry, PooledGradientLayout outputGradient) =>
        SimdTiers.Create<IPooledConvolution, PooledFactory>(tier, new PooledFactory(geometry, outputGradient));

    /// <summary>
    /// Whether Winograd's algorithm applies and is the faster one: its transforms grow with inputs + outputs, what it saves with
    /// inputs × outputs, and products of few steps lose their time at their ends.
    /// </summary>
    private static bool Pays(ConvolutionGeometry geometry) =>
        geometry.Kernel == 3 && geometry.Stride == 1 && Math.Min(geometry.Input.Channels, geometry.Output.Channels) >= LeastChannels;

    /// <summary>Bands of equal height, as high as the L1 cache allows, but never less than a window.</summary>
    private static int BandRows(ConvolutionGeometry geometry, PoolingGeometry pooling)
    {
        int rows = (BandLength / geometry.Input.RowStride) - (geometry.Kernel - 1);
        int most = Math.Clamp(rows / pooling.Stride, 1, pooling.Output.Height);
        int bands = (pooling.Output.Height + most - 1) / most;
        return (pooling.Output.Height + bands - 1) / bands;
    }

    private readonly record struct WinogradFactory(ConvolutionGeometry Geometry) : ISimdFactory<IConvolution>
    {
        public IConvolution Create<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct => new WinogradConvolution<TSimd, TVector>(Geometry);
    }

    private readonly record struct PooledFactory(ConvolutionGeometry Geometry, PooledGradientLayout OutputGradient) : ISimdFactory<IPooledConvolution>
    {
        public IPooledConvolution Create<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct => new PooledConvolution<TSimd, TVector>(Geometry, OutputGradient);
    }
}

using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>Chooses how a convolution is computed.</summary>
internal static class ConvolutionAlgorithm
{
    private const int LeastChannels = 16;

    /// <summary>The algorithm for a geometry on the kernels and the tier that are asked for.</summary>
    public static IConvolution Create(ExecutionOptions execution, ConvolutionGeometry geometry) =>
        execution.Kernels == KernelPath.Naive ? new NaiveConvolution(geometry)
        : execution.Convolution == ConvolutionKind.Winograd && Pays(geometry) ? Winograd(execution.Tier, geometry)
        : new GemmConvolution(execution.Tier, geometry);

    /// <summary>Winograd's algorithm on the vectors of a tier, for a geometry that <see cref="WinogradConvolution{TSimd,TVector}"/> takes.</summary>
    public static IConvolution Winograd(SimdTier tier, ConvolutionGeometry geometry) =>
        SimdTiers.Create<IConvolution, WinogradFactory>(tier, new WinogradFactory(geometry));

    /// <summary>
    /// Whether Winograd's algorithm applies and is the faster one: its transforms grow with inputs + outputs, what it saves with
    /// inputs × outputs, and products of few steps lose their time at their ends.
    /// </summary>
    private static bool Pays(ConvolutionGeometry geometry) =>
        geometry.Kernel == 3 && geometry.Stride == 1 && Math.Min(geometry.Input.Channels, geometry.Output.Channels) >= LeastChannels;

    private readonly record struct WinogradFactory(ConvolutionGeometry Geometry) : ISimdFactory<IConvolution>
    {
        public IConvolution Create<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct => new WinogradConvolution<TSimd, TVector>(Geometry);
    }
}

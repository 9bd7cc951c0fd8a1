namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>Chooses how a convolution is computed.</summary>
internal static class ConvolutionAlgorithm
{
    /// <summary>The algorithm for a geometry on the kernels and the tier that are asked for.</summary>
    public static IConvolution Create(ExecutionOptions execution, ConvolutionGeometry geometry) =>
        execution.Kernels == KernelPath.Naive ? new NaiveConvolution(geometry) : new GemmConvolution(execution.Tier, geometry);
}

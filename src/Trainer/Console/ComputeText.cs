using CifarFast.Engine.Kernels;
using CifarFast.Engine.Simd;

namespace CifarFast.Trainer.Console;

/// <summary>How a network computes, in words.</summary>
internal static class ComputeText
{
    /// <summary>As <c>fast kernels on avx2, 4 threads</c>.</summary>
    public static string Of(ExecutionOptions execution)
    {
        string convolution = execution.Convolution switch
        {
            ConvolutionKind.Direct => ", direct convolutions",
            ConvolutionKind.Winograd => ", Winograd's convolutions",
            _ => "",
        };
        string kernels = execution.Kernels == KernelPath.Naive ? "naive kernels" : $"fast kernels on {execution.Tier.Name()}{convolution}";
        return $"{kernels}, {Quantity.Of(execution.Threads, "thread")}";
    }
}

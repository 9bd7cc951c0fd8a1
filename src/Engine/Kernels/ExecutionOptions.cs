using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels;

/// <summary>
/// How a network computes: which kernels, which instructions, how many threads. Of these, only the kernels and the
/// algorithm of convolutions change how results are rounded.
/// </summary>
public sealed record ExecutionOptions
{
    /// <summary>The fast kernels or the readable ones.</summary>
    public KernelPath Kernels { get; init; } = KernelPath.Fast;

    /// <summary>The instruction set of the fast kernels.</summary>
    public SimdTier Tier { get; init; } = SimdTiers.Best;

    /// <summary>How the fast kernels compute convolutions.</summary>
    public ConvolutionKind Convolution { get; init; } = ConvolutionKind.Auto;

    /// <summary>How many threads compute; the results are bitwise the same for any number.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;
}

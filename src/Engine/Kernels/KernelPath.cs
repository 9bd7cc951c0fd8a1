namespace CifarFast.Engine.Kernels;

/// <summary>Which of the two complete sets of kernels a network runs on.</summary>
public enum KernelPath
{
    /// <summary>im2col and cache-blocked GEMM on SIMD instructions.</summary>
    Fast,

    /// <summary>The algorithms as a textbook writes them, in plain loops.</summary>
    Naive,
}

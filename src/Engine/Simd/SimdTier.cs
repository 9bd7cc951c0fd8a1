namespace CifarFast.Engine.Simd;

/// <summary>The instruction sets the fast kernels are compiled for, from the least to the most able.</summary>
public enum SimdTier
{
    /// <summary>One float at a time, no vector instructions of our own.</summary>
    Scalar,

    /// <summary>Vectors of 4 floats: SSE on x64, AdvSimd on Arm64.</summary>
    Vector128,

    /// <summary>Vectors of 8 floats with fused multiply-add: x64 with AVX2 and FMA.</summary>
    Avx2,

    /// <summary>Vectors of 16 floats: x64 with AVX-512 (F, BW, CD, DQ, VL).</summary>
    Avx512,
}

using System.Runtime.Intrinsics.Arm;
using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Gemm;

/// <summary>The blocking numbers of a tier.</summary>
/// <param name="MaxRows">Rows of C a microkernel keeps in registers, with two vectors each.</param>
/// <param name="RowBlock">Rows of A that stay in the L2 cache beside the panel while all panels go by.</param>
internal readonly record struct RegisterTile(int MaxRows, int RowBlock)
{
    /// <summary>6 × 2 accumulators fill the 16 registers of x64's narrow tiers, 12 × 2 the 32 of AVX-512 and of Arm64.</summary>
    /// <remarks>
    /// Of Arm64 this is reasoned, not measured. A core begins two multiply-adds a cycle (Neoverse N1) or four (Neoverse V2, Apple M1), and each takes
    /// about four: up to sixteen sums have to be under way, and 6 × 2 are twelve. 12 × 2 take 14 loads for 24 multiply-adds, which the two or three
    /// load units of these cores do in less time. Rows and panels are read in order, so nothing is prefetched by hand. 192 rows of 512 floats
    /// are 384 KB, and these cores have 512 KB of L2 cache or more.
    /// </remarks>
    public static RegisterTile For(SimdTier tier) => tier switch
    {
        SimdTier.Avx512 => new RegisterTile(12, 192),
        SimdTier.Vector128 when AdvSimd.Arm64.IsSupported => new RegisterTile(12, 192),
        _ => new RegisterTile(6, 192),
    };
}

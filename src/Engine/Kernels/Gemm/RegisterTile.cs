using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Gemm;

/// <summary>The blocking numbers of a tier.</summary>
/// <param name="MaxRows">Rows of C a microkernel keeps in registers, with two vectors each.</param>
/// <param name="RowBlock">Rows of A that stay in the L2 cache beside the panel while all panels go by.</param>
internal readonly record struct RegisterTile(int MaxRows, int RowBlock)
{
    /// <summary>6 × 2 accumulators fill the 16 registers of the narrow tiers, 12 × 2 the 32 of AVX-512.</summary>
    public static RegisterTile For(SimdTier tier) => tier switch
    {
        SimdTier.Avx512 => new RegisterTile(12, 192),
        _ => new RegisterTile(6, 192),
    };
}

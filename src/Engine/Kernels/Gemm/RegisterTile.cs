using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Gemm;

/// <summary>The blocking numbers of a tier.</summary>
/// <param name="Vector">The vector the tile is made of; a tile is two of them wide.</param>
/// <param name="MaxRows">Rows of C a microkernel keeps in registers.</param>
/// <param name="DepthBlock">Steps of K after which a long product writes C back, so that a panel of B stays in the L2 cache.</param>
/// <param name="RowBlock">Rows of A that stay in the L2 cache beside the panel while all panels go by.</param>
internal readonly record struct RegisterTile(SimdTier Vector, int MaxRows, int DepthBlock, int RowBlock)
{
    /// <summary>
    /// 6 × 2 accumulators fill the 16 registers of the narrow tiers, 12 × 2 the 32 of AVX-512. A product of at most one wide
    /// vector of columns needs a broadcast for every multiply-add, which a CPU that splits 512-bit operations feeds too slowly:
    /// there it runs on two narrower vectors, with the same sums in the same order, and so the same result.
    /// </summary>
    public static RegisterTile For(SimdTier tier, int columns) => tier switch
    {
        SimdTier.Avx512 when columns <= 16 && SimdTiers.SplitsAvx512 => For(SimdTier.Avx2, columns),
        SimdTier.Avx512 => new RegisterTile(tier, 12, 512, 192),
        _ => new RegisterTile(tier, 6, 512, 192),
    };
}

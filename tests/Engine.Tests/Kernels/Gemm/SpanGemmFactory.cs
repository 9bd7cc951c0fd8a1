using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Tests.Kernels.Gemm;

/// <summary>Makes the <see cref="SpanGemm{TVector}"/> of a tier.</summary>
internal readonly struct SpanGemmFactory : IVectorFactory<IGemm>
{
    public static IGemm Create(string tier) => SimdTiers.Create<IGemm, SpanGemmFactory>(SimdTiers.Resolve(tier), default);

    public IGemm Create<TVector>()
        where TVector : struct, IVector<TVector> => new SpanGemm<TVector>();
}

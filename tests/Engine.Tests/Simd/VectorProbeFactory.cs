using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Tests.Simd;

/// <summary>Makes the <see cref="VectorProbe{TVector}"/> of a tier.</summary>
internal readonly struct VectorProbeFactory : IVectorFactory<IVectorProbe>
{
    public static IVectorProbe Create(string tier) => SimdTiers.Create<IVectorProbe, VectorProbeFactory>(SimdTiers.Resolve(tier), default);

    public IVectorProbe Create<TVector>()
        where TVector : struct, IVector<TVector> => new VectorProbe<TVector>();
}

using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Tests.Simd;

/// <summary>Makes the <see cref="VectorProbe{TSimd,TVector}"/> of a tier.</summary>
internal readonly struct VectorProbeFactory : ISimdFactory<IVectorProbe>
{
    public static IVectorProbe Create(string tier) => SimdTiers.Create<IVectorProbe, VectorProbeFactory>(SimdTiers.Resolve(tier), default);

    public IVectorProbe Create<TSimd, TVector>()
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => new VectorProbe<TSimd, TVector>();
}

namespace CifarFast.Engine.Simd;

/// <summary>Makes the implementation of something for a tier, for <see cref="SimdTiers.Create{T,TFactory}"/>.</summary>
internal interface ISimdFactory<out T>
{
    /// <summary>Makes it for the vectors of <typeparamref name="TSimd"/>.</summary>
    T Create<TSimd, TVector>()
        where TSimd : struct, ISimd<TVector>
        where TVector : struct;
}

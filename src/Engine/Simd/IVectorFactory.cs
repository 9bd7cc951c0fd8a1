namespace CifarFast.Engine.Simd;

/// <summary>Makes the implementation of something for a vector type, for <see cref="SimdTiers.Create{T,TFactory}"/>.</summary>
internal interface IVectorFactory<out T>
{
    /// <summary>Makes it for <typeparamref name="TVector"/>.</summary>
    T Create<TVector>()
        where TVector : struct, IVector<TVector>;
}

using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Elementwise;

/// <summary><c>f(x, y, z)</c> for every element.</summary>
internal interface ITernaryOperation
{
    /// <summary>Computes one vector.</summary>
    TVector Invoke<TSimd, TVector>(TVector x, TVector y, TVector z)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct;
}

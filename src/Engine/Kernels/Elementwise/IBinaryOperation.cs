using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Elementwise;

/// <summary><c>z = f(x, y)</c> for every element.</summary>
internal interface IBinaryOperation
{
    /// <summary>Computes one vector.</summary>
    TVector Invoke<TSimd, TVector>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct;
}

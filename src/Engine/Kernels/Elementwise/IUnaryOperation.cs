using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Elementwise;

/// <summary><c>y = f(x)</c> for every element.</summary>
internal interface IUnaryOperation
{
    /// <summary>Computes one vector.</summary>
    TVector Invoke<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct;
}

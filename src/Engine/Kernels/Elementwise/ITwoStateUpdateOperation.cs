using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Elementwise;

/// <summary>The step of an optimizer that keeps two numbers beside each weight.</summary>
internal interface ITwoStateUpdateOperation
{
    /// <summary>Updates one vector of weights and of their states.</summary>
    void Invoke<TSimd, TVector>(TVector gradient, ref TVector first, ref TVector second, ref TVector weight)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct;
}

using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Elementwise;

/// <summary>The step of an optimizer that keeps one number beside each weight.</summary>
internal interface IUpdateOperation
{
    /// <summary>Updates one vector of weights and of their state.</summary>
    void Invoke<TSimd, TVector>(TVector gradient, ref TVector state, ref TVector weight)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct;
}

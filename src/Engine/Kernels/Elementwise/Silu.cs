using System.Runtime.CompilerServices;
using CifarFast.Engine.Numerics;
using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Elementwise;

/// <summary>
/// SiLU, <c>x·σ(x)</c> with the logistic function σ (Elfwing, Uchibe and Doya 2018, "Sigmoid-Weighted Linear Units for Neural Network
/// Function Approximation in Reinforcement Learning"); its gradient is computed from the input. NaN stays NaN, infinities give their limits.
/// </summary>
/// <remarks>Over all floats the error is at most 2.5·2⁻²⁴·|x|, that of the slope 3.2·2⁻²⁴.</remarks>
internal readonly struct Silu : IActivation
{
    /// <summary><c>x·σ(x)</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        x = TSimd.Max(x, TSimd.Constant(-SingleSigmoid.Limit));
        return TSimd.Multiply(x, SingleSigmoid.Of<TSimd, TVector>(x));
    }

    /// <summary>The gradient of the input: that of the output times <c>σ(x) + x·σ'(x)</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TSimd, TVector>(TVector input, TVector gradient)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector x = TSimd.Clamp(input, TSimd.Constant(-SingleSigmoid.Limit), TSimd.Constant(SingleSigmoid.Limit));
        TVector sigmoid = SingleSigmoid.Of<TSimd, TVector>(x, out TVector slope);
        return TSimd.Multiply(gradient, TSimd.MultiplyAdd(x, slope, sigmoid));
    }
}

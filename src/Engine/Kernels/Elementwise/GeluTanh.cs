using System.Runtime.CompilerServices;
using CifarFast.Engine.Numerics;
using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Elementwise;

/// <summary>
/// The approximation of <see cref="Gelu"/> in its paper, <c>½x·(1 + tanh(√(2/π)·(x + 0.044715x³)))</c>. With the logistic function σ, of which
/// tanh is a shifted form, that is <c>x·σ(v)</c> with <c>v = √(8/π)·(x + 0.044715x³)</c>. Its gradient is computed from the input. NaN stays NaN,
/// infinities give their limits.
/// </summary>
/// <remarks>Over all floats the error is at most 2.61·2⁻²⁴·|x|, that of the slope 3.64·2⁻²⁴.</remarks>
internal readonly struct GeluTanh : IActivation
{
    /// <summary>Beyond it, of either sign, σ is exactly 0 or 1.</summary>
    private const float Limit = 15;

    /// <summary>√(8/π), and 0.044715 times it.</summary>
    private const float Linear = 1.5957691f;
    private const float Cubic = 0.07135482f;

    /// <summary><c>x·σ(v)</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        x = TSimd.Max(x, TSimd.Constant(-Limit));
        TVector v = TSimd.Multiply(x, TSimd.MultiplyAdd(TSimd.Constant(Cubic), TSimd.Multiply(x, x), TSimd.Constant(Linear)));
        return TSimd.Multiply(x, SingleSigmoid.Of<TSimd, TVector>(v));
    }

    /// <summary>The gradient of the input: that of the output times <c>σ(v) + x·v'·σ'(v)</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TSimd, TVector>(TVector input, TVector gradient)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector x = TSimd.Clamp(input, TSimd.Constant(-Limit), TSimd.Constant(Limit));
        TVector square = TSimd.Multiply(x, x);
        TVector v = TSimd.Multiply(x, TSimd.MultiplyAdd(TSimd.Constant(Cubic), square, TSimd.Constant(Linear)));
        TVector change = TSimd.Multiply(x, TSimd.MultiplyAdd(TSimd.Constant(3 * Cubic), square, TSimd.Constant(Linear)));
        TVector sigmoid = SingleSigmoid.Of<TSimd, TVector>(v, out TVector slope);
        return TSimd.Multiply(gradient, TSimd.MultiplyAdd(change, slope, sigmoid));
    }
}

using System.Runtime.CompilerServices;
using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Elementwise;

/// <summary>A number times each element.</summary>
/// <param name="Factor">The number.</param>
internal readonly record struct MultiplyBy(float Factor) : IActivation
{
    /// <summary><c>factor · x</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => TSimd.Multiply(x, TSimd.Constant(Factor));

    /// <summary>The gradient of the input: the factor times that of the output.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TSimd, TVector>(TVector output, TVector gradient)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => TSimd.Multiply(gradient, TSimd.Constant(Factor));
}

using System.Runtime.CompilerServices;
using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Elementwise;

/// <summary>
/// ReLU that lets a part of what is below zero through (Maas, Hannun and Ng 2013, "Rectifier Nonlinearities Improve Neural Network Acoustic
/// Models"); its gradient is computed from the output, which has the sign of the input. NaN stays NaN.
/// </summary>
/// <param name="Slope">The part; above 0.</param>
internal readonly record struct LeakyRelu(float Slope) : IActivation
{
    /// <summary><c>x</c> above zero, else <c>slope · x</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => Invoke<TSimd, TVector>(x, x);

    /// <summary>The gradient of the input: that of the output where the output is greater than zero, else the slope times it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TSimd, TVector>(TVector output, TVector gradient)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct =>
        TSimd.Multiply(gradient, TSimd.SelectGreaterThanZero(output, TSimd.Constant(1), TSimd.Constant(Slope)));
}

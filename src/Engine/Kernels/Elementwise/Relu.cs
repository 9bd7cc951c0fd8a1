using System.Runtime.CompilerServices;
using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Elementwise;

/// <summary>ReLU; its gradient is computed from the output. NaN stays NaN, so that a diverged run shows itself.</summary>
internal readonly struct Relu : IActivation
{
    /// <summary><c>max(input, 0)</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TSimd, TVector>(TVector input)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => TSimd.Max(input, TSimd.Zero);

    /// <summary>The gradient of the input: that of the output where the output is greater than zero, else zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TSimd, TVector>(TVector output, TVector gradient)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => TSimd.WhereGreaterThanZero(output, gradient);
}

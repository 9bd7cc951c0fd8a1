using System.Runtime.CompilerServices;
using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Elementwise;

/// <summary>No activation, where one could be computed along.</summary>
internal readonly struct Identity : IActivation
{
    /// <summary><c>x</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => x;

    /// <summary>The gradient of the output.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TSimd, TVector>(TVector value, TVector gradient)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => gradient;
}

using System.Runtime.CompilerServices;
using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Elementwise;

/// <summary><c>(x - mean) / deviation</c>.</summary>
internal readonly struct Standardize : ITernaryOperation
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TSimd, TVector>(TVector x, TVector mean, TVector deviation)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => TSimd.Divide(TSimd.Subtract(x, mean), deviation);
}

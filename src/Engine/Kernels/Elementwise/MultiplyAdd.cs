using System.Runtime.CompilerServices;
using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Elementwise;

/// <summary><c>x·y + z</c>, rounded once.</summary>
internal readonly struct MultiplyAdd : ITernaryOperation
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TSimd, TVector>(TVector x, TVector y, TVector z)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => TSimd.MultiplyAdd(x, y, z);
}

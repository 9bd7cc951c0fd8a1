using System.Runtime.CompilerServices;
using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Elementwise;

/// <summary>A point on the straight line from x to y: <c>x + share·(y - x)</c>.</summary>
/// <param name="Share">How far from x; 0 to 1.</param>
internal readonly record struct Lerp(float Share) : IBinaryOperation
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TSimd, TVector>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => TSimd.MultiplyAdd(TSimd.Constant(Share), TSimd.Subtract(y, x), x);
}

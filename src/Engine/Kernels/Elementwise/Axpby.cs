using System.Runtime.CompilerServices;
using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Elementwise;

/// <summary><c>a·x + b·y</c>, by BLAS's name for it.</summary>
/// <param name="A">What x is multiplied by.</param>
/// <param name="B">What y is multiplied by.</param>
internal readonly record struct Axpby(float A, float B) : IBinaryOperation
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TSimd, TVector>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => TSimd.MultiplyAdd(TSimd.Constant(A), x, TSimd.Multiply(TSimd.Constant(B), y));
}

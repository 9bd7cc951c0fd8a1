using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CifarFast.Engine.Simd;

/// <summary>Eight floats: AVX2 with FMA.</summary>
internal readonly unsafe struct Vector8(Vector256<float> value) : IVector<Vector8>
{
    private readonly Vector256<float> _value = value;

    public static SimdTier Tier => SimdTier.Avx2;

    public static int Count => Vector256<float>.Count;

    public static Vector8 Zero => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector8 Load(float* source) => new(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector8 Broadcast(float* source) => new(Vector256.Create(*source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector8 value, float* destination) => value._value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector8 MultiplyAdd(Vector8 a, Vector8 b, Vector8 c) => new(Fma.MultiplyAdd(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector8 Add(Vector8 a, Vector8 b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector8 Subtract(Vector8 a, Vector8 b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector8 Multiply(Vector8 a, Vector8 b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector8 Max(Vector8 a, Vector8 b) => new(Vector256.Max(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector8 WhereGreaterThanZero(Vector8 control, Vector8 value) =>
        new(Vector256.GreaterThan(control._value, Vector256<float>.Zero) & value._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector8 WhereEqual(Vector8 left, Vector8 right, Vector8 value) =>
        new(Vector256.Equals(left._value, right._value) & value._value);
}

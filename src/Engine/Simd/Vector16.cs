using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CifarFast.Engine.Simd;

/// <summary>Sixteen floats: AVX-512.</summary>
internal readonly unsafe struct Vector16(Vector512<float> value) : IVector<Vector16>
{
    private readonly Vector512<float> _value = value;

    public static SimdTier Tier => SimdTier.Avx512;

    public static int Count => Vector512<float>.Count;

    public static Vector16 Zero => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector16 Load(float* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector16 Broadcast(float* source) => new(Vector512.Create(*source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector16 value, float* destination) => value._value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector16 MultiplyAdd(Vector16 a, Vector16 b, Vector16 c) => new(Avx512F.FusedMultiplyAdd(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector16 Add(Vector16 a, Vector16 b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector16 Subtract(Vector16 a, Vector16 b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector16 Multiply(Vector16 a, Vector16 b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector16 Max(Vector16 a, Vector16 b) => new(Vector512.Max(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector16 WhereGreaterThanZero(Vector16 control, Vector16 value) =>
        new(Vector512.GreaterThan(control._value, Vector512<float>.Zero) & value._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector16 WhereEqual(Vector16 left, Vector16 right, Vector16 value) =>
        new(Vector512.Equals(left._value, right._value) & value._value);
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CifarFast.Engine.Simd;

/// <summary>Four floats: SSE or AdvSimd, fused where the CPU can.</summary>
internal readonly unsafe struct Vector4(Vector128<float> value) : IVector<Vector4>
{
    private readonly Vector128<float> _value = value;

    public static SimdTier Tier => SimdTier.Vector128;

    public static int Count => Vector128<float>.Count;

    public static Vector4 Zero => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector4 Load(float* source) => new(Vector128.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector4 Broadcast(float* source) => new(Vector128.Create(*source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector4 value, float* destination) => value._value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector4 MultiplyAdd(Vector4 a, Vector4 b, Vector4 c) => new(Vector128.MultiplyAddEstimate(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector4 Add(Vector4 a, Vector4 b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector4 Subtract(Vector4 a, Vector4 b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector4 Multiply(Vector4 a, Vector4 b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector4 Max(Vector4 a, Vector4 b) => new(Vector128.Max(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector4 WhereGreaterThanZero(Vector4 control, Vector4 value) =>
        new(Vector128.GreaterThan(control._value, Vector128<float>.Zero) & value._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector4 WhereEqual(Vector4 left, Vector4 right, Vector4 value) =>
        new(Vector128.Equals(left._value, right._value) & value._value);
}

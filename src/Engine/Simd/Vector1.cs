using System.Runtime.CompilerServices;

namespace CifarFast.Engine.Simd;

/// <summary>One float: the kernels without vector instructions.</summary>
internal readonly unsafe struct Vector1(float value) : IVector<Vector1>
{
    private readonly float _value = value;

    public static SimdTier Tier => SimdTier.Scalar;

    public static int Count => 1;

    public static Vector1 Zero => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector1 Load(float* source) => new(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector1 Broadcast(float* source) => new(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector1 value, float* destination) => *destination = value._value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector1 MultiplyAdd(Vector1 a, Vector1 b, Vector1 c) => new((a._value * b._value) + c._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector1 Add(Vector1 a, Vector1 b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector1 Subtract(Vector1 a, Vector1 b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector1 Multiply(Vector1 a, Vector1 b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector1 Max(Vector1 a, Vector1 b) => new(MathF.Max(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector1 WhereGreaterThanZero(Vector1 control, Vector1 value) => control._value > 0 ? value : default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector1 WhereEqual(Vector1 left, Vector1 right, Vector1 value) => left._value == right._value ? value : default;
}

using System.Runtime.CompilerServices;

namespace CifarFast.Engine.Simd;

/// <summary>One float: the kernels without vector instructions.</summary>
internal readonly unsafe struct SimdScalar : ISimd<float>
{
    public static SimdTier Tier => SimdTier.Scalar;

    public static int Count => 1;

    public static float Zero => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(float* source) => *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Broadcast(float* source) => *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadScalar(float* source) => Broadcast(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Constant(float value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float value, float* destination) => *destination = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MultiplyAdd(float a, float b, float c) => MathF.FusedMultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MultiplyAddByScalar(float a, float b, float c) => MultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Add(float a, float b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Subtract(float a, float b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Multiply(float a, float b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Divide(float a, float b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sqrt(float value) => MathF.Sqrt(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Abs(float value) => MathF.Abs(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max(float a, float b) => MathF.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Clamp(float value, float lowest, float highest) => Math.Clamp(value, lowest, highest);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float ScaleByPowerOfTwo(float value, float exponent)
    {
        // Two steps, the first of which is exact: the power itself may be too large or too small for a float.
        int whole = (int)exponent;
        int half = whole >> 1;
        return value * PowerOfTwo(half) * PowerOfTwo(whole - half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float WhereGreaterThanZero(float control, float value) => control > 0 ? value : default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float SelectGreaterThanZero(float control, float value, float otherwise) => control > 0 ? value : otherwise;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float WhereEqual(float left, float right, float value) => left == right ? value : default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float SelectEqual(float left, float right, float value, float otherwise) => left == right ? value : otherwise;

    /// <summary>2 to the power of a whole number, by building the bits of the number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float PowerOfTwo(int exponent) => BitConverter.Int32BitsToSingle((exponent + 127) << 23);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadUInt16(ushort* source) => *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreUInt16(float value, ushort* destination) => *destination = (ushort)value;
}

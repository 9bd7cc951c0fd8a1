using CifarFast.Engine.Simd;

namespace CifarFast.Benchmarks.Reports;

/// <summary>
/// A vector of one float that counts what is done with it: kernels that are compiled for it tell how many floating-point operations they do. A
/// multiply-add is two, comparing and selecting is one.
/// </summary>
internal readonly unsafe struct CountingSimd : ISimd<float>
{
    private static long _operations;

    public static SimdTier Tier => SimdTier.Scalar;

    public static int Count => 1;

    public static float Zero => SimdScalar.Zero;

    /// <summary>How many operations <paramref name="work"/> does.</summary>
    public static long CountOf(Action work)
    {
        long before = _operations;
        work();
        return _operations - before;
    }

    public static float Load(float* source) => SimdScalar.Load(source);

    public static float Broadcast(float* source) => SimdScalar.Broadcast(source);

    public static float LoadScalar(float* source) => SimdScalar.LoadScalar(source);

    public static float Constant(float value) => value;

    public static void Store(float value, float* destination) => SimdScalar.Store(value, destination);

    public static float MultiplyAdd(float a, float b, float c) => Counted(SimdScalar.MultiplyAdd(a, b, c), operations: 2);

    public static float MultiplyAddByScalar(float a, float b, float c) => MultiplyAdd(a, b, c);

    public static float Add(float a, float b) => Counted(SimdScalar.Add(a, b));

    public static float Subtract(float a, float b) => Counted(SimdScalar.Subtract(a, b));

    public static float Multiply(float a, float b) => Counted(SimdScalar.Multiply(a, b));

    public static float Divide(float a, float b) => Counted(SimdScalar.Divide(a, b));

    public static float Sqrt(float value) => Counted(SimdScalar.Sqrt(value));

    public static float Abs(float value) => Counted(SimdScalar.Abs(value));

    public static float Max(float a, float b) => Counted(SimdScalar.Max(a, b));

    public static float Clamp(float value, float lowest, float highest) => Counted(SimdScalar.Clamp(value, lowest, highest), operations: 2);

    public static float ScaleByPowerOfTwo(float value, float exponent) => Counted(SimdScalar.ScaleByPowerOfTwo(value, exponent));

    public static float WhereGreaterThanZero(float control, float value) => Counted(SimdScalar.WhereGreaterThanZero(control, value));

    public static float SelectGreaterThanZero(float control, float value, float otherwise) =>
        Counted(SimdScalar.SelectGreaterThanZero(control, value, otherwise));

    public static float WhereEqual(float left, float right, float value) => Counted(SimdScalar.WhereEqual(left, right, value));

    public static float SelectEqual(float left, float right, float value, float otherwise) => Counted(SimdScalar.SelectEqual(left, right, value, otherwise));

    public static float LoadUInt16(ushort* source) => SimdScalar.LoadUInt16(source);

    public static void StoreUInt16(float value, ushort* destination) => SimdScalar.StoreUInt16(value, destination);

    private static float Counted(float result, int operations = 1)
    {
        _operations += operations;
        return result;
    }
}

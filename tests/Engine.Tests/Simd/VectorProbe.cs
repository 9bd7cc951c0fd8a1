using CifarFast.Engine.Numerics;
using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Tests.Simd;

/// <summary>Calls the operations of a vector type.</summary>
internal sealed unsafe class VectorProbe<TSimd, TVector> : IVectorProbe
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public int Count => TSimd.Count;

    public void Copy(ReadOnlySpan<float> source, Span<float> destination)
    {
        fixed (float* x = source, y = destination)
        {
            TSimd.Store(TSimd.Load(x), y);
        }
    }

    public void CopyUInt16(ReadOnlySpan<ushort> source, Span<float> numbers, Span<ushort> destination)
    {
        fixed (ushort* x = source, y = destination)
        fixed (float* z = numbers)
        {
            TVector vector = TSimd.LoadUInt16(x);
            TSimd.Store(vector, z);
            TSimd.StoreUInt16(vector, y);
        }
    }

    public void Broadcast(ReadOnlySpan<float> source, Span<float> destination)
    {
        fixed (float* x = source, y = destination)
        {
            TSimd.Store(TSimd.Broadcast(x), y);
        }
    }

    public void MultiplyAddByScalar(ReadOnlySpan<float> scalar, ReadOnlySpan<float> b, ReadOnlySpan<float> c, Span<float> destination)
    {
        fixed (float* x = scalar, y = b, z = c, r = destination)
        {
            TSimd.Store(TSimd.MultiplyAddByScalar(TSimd.LoadScalar(x), TSimd.Load(y), TSimd.Load(z)), r);
        }
    }

    public float[] Apply(string operation, ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c)
    {
        float[] result = new float[a.Length];
        fixed (float* x = a, y = b, z = c, r = result)
        {
            for (int i = 0; i < a.Length; i += TSimd.Count)
            {
                TSimd.Store(Apply(operation, TSimd.Load(x + i), TSimd.Load(y + i), TSimd.Load(z + i)), r + i);
            }
        }

        return result;
    }

    private static TVector Apply(string operation, TVector a, TVector b, TVector c) => operation switch
    {
        nameof(TSimd.Zero) => TSimd.Zero,
        nameof(TSimd.Constant) => TSimd.Constant(-1f / 6),
        nameof(TSimd.Add) => TSimd.Add(a, b),
        nameof(TSimd.Subtract) => TSimd.Subtract(a, b),
        nameof(TSimd.Multiply) => TSimd.Multiply(a, b),
        nameof(TSimd.Divide) => TSimd.Divide(a, b),
        nameof(TSimd.Sqrt) => TSimd.Sqrt(a),
        nameof(TSimd.MultiplyAdd) => TSimd.MultiplyAdd(a, b, c),
        nameof(TSimd.Abs) => TSimd.Abs(a),
        nameof(TSimd.Max) => TSimd.Max(a, b),
        nameof(TSimd.Clamp) => TSimd.Clamp(a, TSimd.Constant(-2), TSimd.Constant(3.5f)),
        nameof(TSimd.ScaleByPowerOfTwo) => TSimd.ScaleByPowerOfTwo(a, b),
        nameof(SingleExponential.Exp) => SingleExponential.Exp<TSimd, TVector>(a),
        nameof(TSimd.WhereGreaterThanZero) => TSimd.WhereGreaterThanZero(a, b),
        nameof(TSimd.SelectGreaterThanZero) => TSimd.SelectGreaterThanZero(a, b, c),
        nameof(TSimd.WhereEqual) => TSimd.WhereEqual(a, b, c),
        nameof(TSimd.SelectEqual) => TSimd.SelectEqual(a, b, c, a),
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };
}

using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Tests.Simd;

/// <summary>Calls the operations of a vector type.</summary>
internal sealed unsafe class VectorProbe<TVector> : IVectorProbe
    where TVector : struct, IVector<TVector>
{
    public int Count => TVector.Count;

    public void Copy(ReadOnlySpan<float> source, Span<float> destination)
    {
        fixed (float* x = source, y = destination)
        {
            TVector.Store(TVector.Load(x), y);
        }
    }

    public void Broadcast(ReadOnlySpan<float> source, Span<float> destination)
    {
        fixed (float* x = source, y = destination)
        {
            TVector.Store(TVector.Broadcast(x), y);
        }
    }

    public float[] Apply(string operation, ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c)
    {
        float[] result = new float[a.Length];
        fixed (float* x = a, y = b, z = c, r = result)
        {
            for (int i = 0; i < a.Length; i += TVector.Count)
            {
                TVector.Store(Apply(operation, TVector.Load(x + i), TVector.Load(y + i), TVector.Load(z + i)), r + i);
            }
        }

        return result;
    }

    private static TVector Apply(string operation, TVector a, TVector b, TVector c) => operation switch
    {
        nameof(TVector.Zero) => TVector.Zero,
        nameof(TVector.Add) => TVector.Add(a, b),
        nameof(TVector.Subtract) => TVector.Subtract(a, b),
        nameof(TVector.Multiply) => TVector.Multiply(a, b),
        nameof(TVector.MultiplyAdd) => TVector.MultiplyAdd(a, b, c),
        nameof(TVector.Max) => TVector.Max(a, b),
        nameof(TVector.WhereGreaterThanZero) => TVector.WhereGreaterThanZero(a, b),
        nameof(TVector.WhereEqual) => TVector.WhereEqual(a, b, c),
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Elementwise;

/// <summary>The loops on the vectors of a tier: whole vectors first, then what is left one float at a time.</summary>
internal sealed unsafe class ElementwiseLoops<TSimd, TVector> : ElementwiseKernels
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public override void Unary<TOperation>(TOperation operation, ReadOnlySpan<float> x, Span<float> y)
    {
        Check(x, y);
        fixed (float* px = x, py = y)
        {
            int i = 0;
            for (; i <= y.Length - TSimd.Count; i += TSimd.Count)
            {
                TSimd.Store(operation.Invoke<TSimd, TVector>(TSimd.Load(px + i)), py + i);
            }

            for (; i < y.Length; i++)
            {
                py[i] = operation.Invoke<SimdScalar, float>(px[i]);
            }
        }
    }

    public override void Binary<TOperation>(TOperation operation, ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> z)
    {
        Check(x, z);
        Check(y, z);
        fixed (float* px = x, py = y, pz = z)
        {
            int i = 0;
            for (; i <= z.Length - TSimd.Count; i += TSimd.Count)
            {
                TSimd.Store(operation.Invoke<TSimd, TVector>(TSimd.Load(px + i), TSimd.Load(py + i)), pz + i);
            }

            for (; i < z.Length; i++)
            {
                pz[i] = operation.Invoke<SimdScalar, float>(px[i], py[i]);
            }
        }
    }

    public override void Ternary<TOperation>(TOperation operation, ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> z, Span<float> w)
    {
        Check(x, w);
        Check(y, w);
        Check(z, w);
        fixed (float* px = x, py = y, pz = z, pw = w)
        {
            int i = 0;
            for (; i <= w.Length - TSimd.Count; i += TSimd.Count)
            {
                TSimd.Store(operation.Invoke<TSimd, TVector>(TSimd.Load(px + i), TSimd.Load(py + i), TSimd.Load(pz + i)), pw + i);
            }

            for (; i < w.Length; i++)
            {
                pw[i] = operation.Invoke<SimdScalar, float>(px[i], py[i], pz[i]);
            }
        }
    }

    public override void Update<TOperation>(TOperation operation, ReadOnlySpan<float> gradient, Span<float> state, Span<float> weight)
    {
        Check(gradient, state);
        Check(gradient, weight);
        Check(state, weight);
        fixed (float* pg = gradient, ps = state, pw = weight)
        {
            int i = 0;
            for (; i <= weight.Length - TSimd.Count; i += TSimd.Count)
            {
                TVector s = TSimd.Load(ps + i);
                TVector w = TSimd.Load(pw + i);
                operation.Invoke<TSimd, TVector>(TSimd.Load(pg + i), ref s, ref w);
                TSimd.Store(s, ps + i);
                TSimd.Store(w, pw + i);
            }

            for (; i < weight.Length; i++)
            {
                operation.Invoke<SimdScalar, float>(pg[i], ref ps[i], ref pw[i]);
            }
        }
    }

    public override void Update<TOperation>(
        TOperation operation, ReadOnlySpan<float> gradient, Span<float> first, Span<float> second, Span<float> weight)
    {
        Check(gradient, first);
        Check(gradient, second);
        Check(gradient, weight);
        Check(first, second);
        Check(first, weight);
        Check(second, weight);
        fixed (float* pg = gradient, pf = first, ps = second, pw = weight)
        {
            int i = 0;
            for (; i <= weight.Length - TSimd.Count; i += TSimd.Count)
            {
                TVector f = TSimd.Load(pf + i);
                TVector s = TSimd.Load(ps + i);
                TVector w = TSimd.Load(pw + i);
                operation.Invoke<TSimd, TVector>(TSimd.Load(pg + i), ref f, ref s, ref w);
                TSimd.Store(f, pf + i);
                TSimd.Store(s, ps + i);
                TSimd.Store(w, pw + i);
            }

            for (; i < weight.Length; i++)
            {
                operation.Invoke<SimdScalar, float>(pg[i], ref pf[i], ref ps[i], ref pw[i]);
            }
        }
    }

    private static void Check(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(one.Length, other.Length);
        nint distance = Unsafe.ByteOffset(ref MemoryMarshal.GetReference(one), ref MemoryMarshal.GetReference(other));
        if (distance != 0 && nint.Abs(distance) < (nint)one.Length * sizeof(float))
        {
            throw new ArgumentException("Spans of a call overlap without being the same one");
        }
    }
}

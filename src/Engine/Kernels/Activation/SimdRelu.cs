using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Activation;

/// <summary>ReLU a vector at a time.</summary>
internal sealed unsafe class SimdRelu<TSimd, TVector> : IRelu
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public void Forward(Span<float> values)
    {
        fixed (float* x = values)
        {
            int i = 0;
            for (; i <= values.Length - TSimd.Count; i += TSimd.Count)
            {
                TSimd.Store(TSimd.Max(TSimd.Load(x + i), TSimd.Zero), x + i);
            }

            for (; i < values.Length; i++)
            {
                x[i] = MathF.Max(x[i], 0);
            }
        }
    }

    public void Backward(ReadOnlySpan<float> output, Span<float> gradient)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(gradient.Length, output.Length);
        fixed (float* y = output, g = gradient)
        {
            int i = 0;
            for (; i <= output.Length - TSimd.Count; i += TSimd.Count)
            {
                TSimd.Store(TSimd.WhereGreaterThanZero(TSimd.Load(y + i), TSimd.Load(g + i)), g + i);
            }

            for (; i < output.Length; i++)
            {
                g[i] = y[i] > 0 ? g[i] : 0;
            }
        }
    }
}

using System.Runtime.CompilerServices;
using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Optimization;

/// <summary>SGD a vector at a time.</summary>
internal sealed unsafe class SimdSgd<TSimd, TVector> : ISgd
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public void Step(in SgdSettings settings, ReadOnlySpan<float> gradient, Span<float> velocity, Span<float> weight)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(gradient.Length, weight.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(velocity.Length, settings.Momentum == 0 ? velocity.Length : weight.Length);
        fixed (float* g = gradient, v = velocity, w = weight)
        {
            int i = 0;
            for (; i <= weight.Length - TSimd.Count; i += TSimd.Count)
            {
                Step<TSimd, TVector>(settings, g + i, v + i, w + i);
            }

            for (; i < weight.Length; i++)
            {
                Step<SimdScalar, float>(settings, g + i, v + i, w + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<TS, T>(in SgdSettings settings, float* gradient, float* velocity, float* weight)
        where TS : struct, ISimd<T>
        where T : struct
    {
        float decay = settings.WeightDecay;
        float momentum = settings.Momentum;
        float descent = -settings.LearningRate;
        T w = TS.Load(weight);
        T g = TS.MultiplyAdd(TS.Broadcast(&decay), w, TS.Load(gradient));
        if (momentum != 0)
        {
            T v = TS.MultiplyAdd(TS.Broadcast(&momentum), TS.Load(velocity), g);
            TS.Store(v, velocity);
            g = settings.Nesterov ? TS.MultiplyAdd(TS.Broadcast(&momentum), v, g) : v;
        }

        TS.Store(TS.MultiplyAdd(TS.Broadcast(&descent), g, w), weight);
    }
}

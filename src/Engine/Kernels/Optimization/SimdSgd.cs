using System.Runtime.CompilerServices;
using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Optimization;

/// <summary>SGD a vector at a time.</summary>
internal sealed unsafe class SimdSgd<TVector> : ISgd
    where TVector : struct, IVector<TVector>
{
    public void Step(in SgdSettings settings, ReadOnlySpan<float> gradient, Span<float> velocity, Span<float> weight)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(gradient.Length, weight.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(velocity.Length, settings.Momentum == 0 ? velocity.Length : weight.Length);
        fixed (float* g = gradient, v = velocity, w = weight)
        {
            int i = 0;
            for (; i <= weight.Length - TVector.Count; i += TVector.Count)
            {
                Step<TVector>(settings, g + i, v + i, w + i);
            }

            for (; i < weight.Length; i++)
            {
                Step<Vector1>(settings, g + i, v + i, w + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<T>(in SgdSettings settings, float* gradient, float* velocity, float* weight)
        where T : struct, IVector<T>
    {
        float decay = settings.WeightDecay;
        float momentum = settings.Momentum;
        float descent = -settings.LearningRate;
        T w = T.Load(weight);
        T g = T.MultiplyAdd(T.Broadcast(&decay), w, T.Load(gradient));
        if (momentum != 0)
        {
            T v = T.MultiplyAdd(T.Broadcast(&momentum), T.Load(velocity), g);
            T.Store(v, velocity);
            g = settings.Nesterov ? T.MultiplyAdd(T.Broadcast(&momentum), v, g) : v;
        }

        T.Store(T.MultiplyAdd(T.Broadcast(&descent), g, w), weight);
    }
}

using System.Runtime.CompilerServices;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Pooling;

/// <summary>
/// Max-pooling a vector of channels at a time. The index of a maximum is kept as a float beside it, a vector like all others.
/// </summary>
internal sealed unsafe class SimdMaxPool<TSimd, TVector>(PoolingGeometry geometry) : IMaxPool
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    // Windows that neither overlap nor leave pixels out write each input gradient exactly once.
    private readonly bool _tiles = geometry.Stride == geometry.Window
        && geometry.Input.Height % geometry.Window == 0
        && geometry.Input.Width % geometry.Window == 0;

    public void Forward(ReadOnlySpan<float> input, Span<float> output, Span<float> argMax)
    {
        geometry.Input.Check(input, nameof(input));
        geometry.Output.Check(output, nameof(output));
        if (!argMax.IsEmpty)
        {
            geometry.ArgMax.Check(argMax, nameof(argMax));
        }

        SampleLayout layout = geometry.Output;
        fixed (float* x = input, y = output, p = argMax)
        {
            for (int row = 0; row < layout.Height; row++)
            {
                for (int column = 0; column < layout.Width; column++)
                {
                    float* window = x + geometry.Input.Offset(row * geometry.Stride, column * geometry.Stride);
                    float* maximum = y + layout.Offset(row, column);
                    float* index = p == null ? null : p + geometry.ArgMax.Offset(row, column);
                    int channel = 0;
                    for (; channel <= layout.Channels - TSimd.Count; channel += TSimd.Count)
                    {
                        Forward<TSimd, TVector>(window + channel, maximum + channel, index == null ? null : index + channel);
                    }

                    for (; channel < layout.Channels; channel++)
                    {
                        Forward<SimdScalar, float>(window + channel, maximum + channel, index == null ? null : index + channel);
                    }
                }
            }
        }
    }

    public void Backward(ReadOnlySpan<float> argMax, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        geometry.ArgMax.Check(argMax, nameof(argMax));
        geometry.OutputGradient.Check(outputGradient, nameof(outputGradient));
        geometry.InputGradient.Check(inputGradient, nameof(inputGradient));
        SampleLayout layout = geometry.OutputGradient;
        if (!_tiles)
        {
            ClearImage(inputGradient);
        }

        fixed (float* p = argMax, dy = outputGradient, dx = inputGradient)
        {
            for (int row = 0; row < layout.Height; row++)
            {
                for (int column = 0; column < layout.Width; column++)
                {
                    float* windowGradient = dx + geometry.InputGradient.Offset(row * geometry.Stride, column * geometry.Stride);
                    float* gradient = dy + layout.Offset(row, column);
                    float* index = p + geometry.ArgMax.Offset(row, column);
                    int channel = 0;
                    for (; channel <= layout.Channels - TSimd.Count; channel += TSimd.Count)
                    {
                        Backward<TSimd, TVector>(index + channel, gradient + channel, windowGradient + channel);
                    }

                    for (; channel < layout.Channels; channel++)
                    {
                        Backward<SimdScalar, float>(index + channel, gradient + channel, windowGradient + channel);
                    }
                }
            }
        }
    }

    private void ClearImage(Span<float> inputGradient)
    {
        SampleLayout layout = geometry.InputGradient;
        for (int row = 0; row < layout.Height; row++)
        {
            inputGradient.Slice(layout.Offset(row, 0), layout.Width * layout.Channels).Clear();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Forward<TS, T>(float* window, float* maximum, float* index)
        where TS : struct, ISimd<T>
        where T : struct
    {
        nint rowStride = geometry.Input.RowStride;
        nint channels = geometry.Input.Channels;
        int size = geometry.Window;
        T max = TS.Load(window);
        T first = TS.Zero;
        T current = TS.Zero;
        for (int row = 0; row < size; row++)
        {
            float* pixel = window + (row * rowStride);
            for (int column = 0; column < size; column++)
            {
                T larger = TS.Max(max, TS.Load(pixel));
                first = TS.SelectEqual(larger, max, first, current);
                max = larger;
                current = TS.Add(current, TS.Constant(1));
                pixel += channels;
            }
        }

        TS.Store(max, maximum);
        if (index != null)
        {
            TS.Store(first, index);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Backward<TS, T>(float* index, float* gradient, float* windowGradient)
        where TS : struct, ISimd<T>
        where T : struct
    {
        nint rowStride = geometry.InputGradient.RowStride;
        nint channels = geometry.InputGradient.Channels;
        int size = geometry.Window;
        T first = TS.Load(index);
        T whole = TS.Load(gradient);
        T current = TS.Zero;
        for (int row = 0; row < size; row++)
        {
            float* destination = windowGradient + (row * rowStride);
            for (int column = 0; column < size; column++)
            {
                T taken = TS.WhereEqual(first, current, whole);
                TS.Store(_tiles ? taken : TS.Add(TS.Load(destination), taken), destination);
                current = TS.Add(current, TS.Constant(1));
                destination += channels;
            }
        }
    }
}

using System.Runtime.CompilerServices;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Pooling;

/// <summary>
/// Max-pooling a vector of channels at a time. Where the maxima were is not stored: the backward pass finds each again by
/// comparing the window with its output, and hands the gradient to the first that is equal.
/// </summary>
internal sealed unsafe class SimdMaxPool<TSimd, TVector>(PoolingGeometry geometry) : IMaxPool
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    // Windows that neither overlap nor leave pixels out write each input gradient exactly once.
    private readonly bool _tiles = geometry.Stride == geometry.Window
        && geometry.Input.Height % geometry.Window == 0
        && geometry.Input.Width % geometry.Window == 0;

    public void Forward(ReadOnlySpan<float> input, Span<float> output)
    {
        geometry.Input.Check(input, nameof(input));
        geometry.Output.Check(output, nameof(output));
        SampleLayout layout = geometry.Output;
        fixed (float* x = input, y = output)
        {
            for (int row = 0; row < layout.Height; row++)
            {
                for (int column = 0; column < layout.Width; column++)
                {
                    float* window = x + geometry.Input.Offset(row * geometry.Stride, column * geometry.Stride);
                    float* maximum = y + layout.Offset(row, column);
                    int channel = 0;
                    for (; channel <= layout.Channels - TSimd.Count; channel += TSimd.Count)
                    {
                        Forward<TSimd, TVector>(window + channel, maximum + channel);
                    }

                    for (; channel < layout.Channels; channel++)
                    {
                        Forward<SimdScalar, float>(window + channel, maximum + channel);
                    }
                }
            }
        }
    }

    public void Backward(ReadOnlySpan<float> input, ReadOnlySpan<float> output, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        geometry.Input.Check(input, nameof(input));
        geometry.Output.Check(output, nameof(output));
        geometry.OutputGradient.Check(outputGradient, nameof(outputGradient));
        geometry.InputGradient.Check(inputGradient, nameof(inputGradient));
        SampleLayout layout = geometry.Output;
        if (!_tiles)
        {
            ClearImage(inputGradient);
        }

        fixed (float* x = input, y = output, dy = outputGradient, dx = inputGradient)
        {
            for (int row = 0; row < layout.Height; row++)
            {
                for (int column = 0; column < layout.Width; column++)
                {
                    float* window = x + geometry.Input.Offset(row * geometry.Stride, column * geometry.Stride);
                    float* windowGradient = dx + geometry.InputGradient.Offset(row * geometry.Stride, column * geometry.Stride);
                    float* maximum = y + layout.Offset(row, column);
                    float* gradient = dy + geometry.OutputGradient.Offset(row, column);
                    int channel = 0;
                    for (; channel <= layout.Channels - TSimd.Count; channel += TSimd.Count)
                    {
                        Backward<TSimd, TVector>(window + channel, maximum + channel, gradient + channel, windowGradient + channel);
                    }

                    for (; channel < layout.Channels; channel++)
                    {
                        Backward<SimdScalar, float>(window + channel, maximum + channel, gradient + channel, windowGradient + channel);
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
    private void Forward<TS, T>(float* window, float* maximum)
        where TS : struct, ISimd<T>
        where T : struct
    {
        nint rowStride = geometry.Input.RowStride;
        nint channels = geometry.Input.Channels;
        int size = geometry.Window;
        T max = TS.Load(window);
        for (int row = 0; row < size; row++)
        {
            float* pixel = window + (row * rowStride);
            for (int column = 0; column < size; column++)
            {
                max = TS.Max(max, TS.Load(pixel));
                pixel += channels;
            }
        }

        TS.Store(max, maximum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Backward<TS, T>(float* window, float* maximum, float* gradient, float* windowGradient)
        where TS : struct, ISimd<T>
        where T : struct
    {
        nint rowStride = geometry.Input.RowStride;
        nint gradientRowStride = geometry.InputGradient.RowStride;
        nint channels = geometry.Input.Channels;
        int size = geometry.Window;
        T max = TS.Load(maximum);
        T left = TS.Load(gradient);
        for (int row = 0; row < size; row++)
        {
            float* pixel = window + (row * rowStride);
            float* destination = windowGradient + (row * gradientRowStride);
            for (int column = 0; column < size; column++)
            {
                T taken = TS.WhereEqual(TS.Load(pixel), max, left);
                TS.Store(_tiles ? taken : TS.Add(TS.Load(destination), taken), destination);
                left = TS.Subtract(left, taken);
                pixel += channels;
                destination += channels;
            }
        }
    }
}

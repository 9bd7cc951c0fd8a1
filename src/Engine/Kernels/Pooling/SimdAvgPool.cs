using System.Runtime.CompilerServices;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Pooling;

/// <summary>Average-pooling a vector of channels at a time.</summary>
internal sealed unsafe class SimdAvgPool<TSimd, TVector>(PoolingGeometry geometry) : IAvgPool
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly bool _tiles = geometry.Tiles;

    public void Forward(ReadOnlySpan<float> input, Span<float> output)
    {
        geometry.Input.Check(input, nameof(input));
        geometry.Output.Check(output, nameof(output));
        SampleLayout layout = geometry.Output;
        fixed (float* x = input, y = output)
        {
            for (int row = 0; row < layout.Height; row++)
            {
                int top = geometry.Rows.First(row);
                int height = geometry.Rows.End(row) - top;
                for (int column = 0; column < layout.Width; column++)
                {
                    int left = geometry.Columns.First(column);
                    int width = geometry.Columns.End(column) - left;
                    float* window = x + geometry.Input.Offset(top, left);
                    float* mean = y + layout.Offset(row, column);
                    int channel = 0;
                    for (; channel <= layout.Channels - TSimd.Count; channel += TSimd.Count)
                    {
                        Forward<TSimd, TVector>(height, width, window + channel, mean + channel);
                    }

                    for (; channel < layout.Channels; channel++)
                    {
                        Forward<SimdScalar, float>(height, width, window + channel, mean + channel);
                    }
                }
            }
        }
    }

    public void Backward(ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        geometry.OutputGradient.Check(outputGradient, nameof(outputGradient));
        geometry.InputGradient.Check(inputGradient, nameof(inputGradient));
        SampleLayout layout = geometry.OutputGradient;
        if (!_tiles)
        {
            geometry.InputGradient.ClearImage(inputGradient);
        }

        fixed (float* dy = outputGradient, dx = inputGradient)
        {
            for (int row = 0; row < layout.Height; row++)
            {
                int top = geometry.Rows.First(row);
                int height = geometry.Rows.End(row) - top;
                for (int column = 0; column < layout.Width; column++)
                {
                    int left = geometry.Columns.First(column);
                    int width = geometry.Columns.End(column) - left;
                    float* windowGradient = dx + geometry.InputGradient.Offset(top, left);
                    float* gradient = dy + layout.Offset(row, column);
                    int channel = 0;
                    for (; channel <= layout.Channels - TSimd.Count; channel += TSimd.Count)
                    {
                        Backward<TSimd, TVector>(height, width, gradient + channel, windowGradient + channel);
                    }

                    for (; channel < layout.Channels; channel++)
                    {
                        Backward<SimdScalar, float>(height, width, gradient + channel, windowGradient + channel);
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Forward<TS, T>(int height, int width, float* window, float* mean)
        where TS : struct, ISimd<T>
        where T : struct
    {
        nint rowStride = geometry.Input.RowStride;
        nint channels = geometry.Input.Channels;
        T sum = TS.Zero;
        for (int row = 0; row < height; row++)
        {
            float* pixel = window + (row * rowStride);
            for (int column = 0; column < width; column++)
            {
                sum = TS.Add(sum, TS.Load(pixel));
                pixel += channels;
            }
        }

        TS.Store(TS.Divide(sum, TS.Constant(height * width)), mean);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Backward<TS, T>(int height, int width, float* gradient, float* windowGradient)
        where TS : struct, ISimd<T>
        where T : struct
    {
        nint rowStride = geometry.InputGradient.RowStride;
        nint channels = geometry.InputGradient.Channels;
        T share = TS.Divide(TS.Load(gradient), TS.Constant(height * width));
        for (int row = 0; row < height; row++)
        {
            float* destination = windowGradient + (row * rowStride);
            for (int column = 0; column < width; column++)
            {
                TS.Store(_tiles ? share : TS.Add(TS.Load(destination), share), destination);
                destination += channels;
            }
        }
    }
}

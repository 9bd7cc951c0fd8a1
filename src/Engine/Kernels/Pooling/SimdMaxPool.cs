using System.Runtime.CompilerServices;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Pooling;

/// <summary>
/// Max-pooling a vector of channels at a time. The index of a maximum is a float beside it, a vector like all others, until it is kept.
/// </summary>
internal sealed unsafe class SimdMaxPool<TSimd, TVector>(PoolingGeometry geometry) : IMaxPool
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly bool _tiles = geometry.Tiles;

    public void Forward(ReadOnlySpan<float> input, Span<float> output, Span<ushort> argMax)
    {
        geometry.Input.Check(input, nameof(input));
        geometry.Output.Check(output, nameof(output));
        if (!argMax.IsEmpty)
        {
            CheckArgMax(argMax.Length);
        }

        SampleLayout layout = geometry.Output;
        fixed (float* x = input, y = output)
        fixed (ushort* p = argMax)
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
                    float* maximum = y + layout.Offset(row, column);
                    ushort* index = p == null ? null : p + geometry.ArgMax.Offset(row, column);
                    int channel = 0;
                    for (; channel <= layout.Channels - TSimd.Count; channel += TSimd.Count)
                    {
                        Forward<TSimd, TVector>(height, width, window + channel, maximum + channel, index == null ? null : index + channel);
                    }

                    for (; channel < layout.Channels; channel++)
                    {
                        Forward<SimdScalar, float>(height, width, window + channel, maximum + channel, index == null ? null : index + channel);
                    }
                }
            }
        }
    }

    public void Backward(ReadOnlySpan<ushort> argMax, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        CheckArgMax(argMax.Length);
        geometry.OutputGradient.Check(outputGradient, nameof(outputGradient));
        geometry.InputGradient.Check(inputGradient, nameof(inputGradient));
        SampleLayout layout = geometry.OutputGradient;
        if (!_tiles)
        {
            geometry.InputGradient.ClearImage(inputGradient);
        }

        fixed (ushort* p = argMax)
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
                    ushort* index = p + geometry.ArgMax.Offset(row, column);
                    int channel = 0;
                    for (; channel <= layout.Channels - TSimd.Count; channel += TSimd.Count)
                    {
                        Backward<TSimd, TVector>(height, width, index + channel, gradient + channel, windowGradient + channel);
                    }

                    for (; channel < layout.Channels; channel++)
                    {
                        Backward<SimdScalar, float>(height, width, index + channel, gradient + channel, windowGradient + channel);
                    }
                }
            }
        }
    }

    private void CheckArgMax(int length) => ArgumentOutOfRangeException.ThrowIfLessThan(length, geometry.ArgMax.Size, "argMax");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Forward<TS, T>(int height, int width, float* window, float* maximum, ushort* index)
        where TS : struct, ISimd<T>
        where T : struct
    {
        nint rowStride = geometry.Input.RowStride;
        nint channels = geometry.Input.Channels;
        T max = TS.Load(window);
        T first = TS.Zero;
        T current = TS.Zero;
        for (int row = 0; row < height; row++)
        {
            float* pixel = window + (row * rowStride);
            for (int column = 0; column < width; column++)
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
            TS.StoreUInt16(first, index);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Backward<TS, T>(int height, int width, ushort* index, float* gradient, float* windowGradient)
        where TS : struct, ISimd<T>
        where T : struct
    {
        nint rowStride = geometry.InputGradient.RowStride;
        nint channels = geometry.InputGradient.Channels;
        T first = TS.LoadUInt16(index);
        T whole = TS.Load(gradient);
        T current = TS.Zero;
        for (int row = 0; row < height; row++)
        {
            float* destination = windowGradient + (row * rowStride);
            for (int column = 0; column < width; column++)
            {
                T taken = TS.WhereEqual(first, current, whole);
                TS.Store(_tiles ? taken : TS.Add(TS.Load(destination), taken), destination);
                current = TS.Add(current, TS.Constant(1));
                destination += channels;
            }
        }
    }
}

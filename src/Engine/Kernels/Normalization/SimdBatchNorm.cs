using System.Runtime.CompilerServices;
using CifarFast.Engine.Kernels.Elementwise;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Normalization;

/// <summary>
/// Batch normalisation a vector of channels at a time, what is left one channel at a time, so that the order of every sum is the same whatever
/// the vector: the pixels of a row from the left, then the rows from the top.
/// </summary>
/// <param name="geometry">The sizes.</param>
/// <param name="activation">What is computed along.</param>
/// <param name="readsOutput">Whether the gradient of the activation depends on its output; else on its input.</param>
internal sealed unsafe class SimdBatchNorm<TSimd, TVector, TActivation>(BatchNormGeometry geometry, TActivation activation, bool readsOutput) : IBatchNorm
    where TActivation : struct, IActivation
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly int _wholeVectors = geometry.Channels / TSimd.Count * TSimd.Count;

    public void Moments(ReadOnlySpan<float> input, Span<double> mean, Span<double> squares)
    {
        geometry.Input.Check(input, nameof(input));
        CheckChannels(mean.Length);
        CheckChannels(squares.Length);
        fixed (float* x = input)
        fixed (double* m = mean, s = squares)
        {
            float* first = x + geometry.Input.Offset(0, 0);
            for (int c = 0; c < _wholeVectors; c += TSimd.Count)
            {
                Moments<TSimd, TVector>(first + c, m + c, s + c);
            }

            for (int c = _wholeVectors; c < geometry.Channels; c++)
            {
                Moments<SimdScalar, float>(first + c, m + c, s + c);
            }
        }
    }

    public void Forward(ReadOnlySpan<float> input, ReadOnlySpan<float> mean, ReadOnlySpan<float> scale, ReadOnlySpan<float> shift, Span<float> output)
    {
        geometry.Input.Check(input, nameof(input));
        geometry.Output.Check(output, nameof(output));
        CheckChannels(mean.Length);
        CheckChannels(scale.Length);
        CheckChannels(shift.Length);
        fixed (float* x = input, m = mean, a = scale, b = shift, y = output)
        {
            for (int row = 0; row < geometry.Input.Height; row++)
            {
                float* from = x + geometry.Input.Offset(row, 0);
                float* to = y + geometry.Output.Offset(row, 0);
                for (int column = 0; column < geometry.Input.Width; column++)
                {
                    for (int c = 0; c < _wholeVectors; c += TSimd.Count)
                    {
                        TSimd.Store(activation.Invoke<TSimd, TVector>(Normalize<TSimd, TVector>(from + c, m + c, a + c, b + c)), to + c);
                    }

                    for (int c = _wholeVectors; c < geometry.Channels; c++)
                    {
                        to[c] = activation.Invoke<SimdScalar, float>(Normalize<SimdScalar, float>(from + c, m + c, a + c, b + c));
                    }

                    from += geometry.Channels;
                    to += geometry.Channels;
                }
            }
        }
    }

    public void BackwardSums(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> mean,
        ReadOnlySpan<float> scale,
        ReadOnlySpan<float> shift,
        ReadOnlySpan<float> outputGradient,
        Span<float> products,
        Span<float> sums,
        Accumulation accumulation,
        Span<float> inputGradient)
    {
        geometry.Input.Check(input, nameof(input));
        geometry.OutputGradient.Check(outputGradient, nameof(outputGradient));
        CheckChannels(mean.Length);
        CheckChannels(scale.Length);
        CheckChannels(shift.Length);
        CheckChannels(products.Length);
        CheckChannels(sums.Length);
        if (!inputGradient.IsEmpty)
        {
            geometry.InputGradient.Check(inputGradient, nameof(inputGradient));
        }

        if (accumulation == Accumulation.Overwrite)
        {
            products.Clear();
            sums.Clear();
        }

        fixed (float* x = input, m = mean, a = scale, b = shift, dy = outputGradient, p = products, s = sums, dx = inputGradient)
        {
            float* to = dx is null ? null : dx + geometry.InputGradient.Offset(0, 0);
            float* from = x + geometry.Input.Offset(0, 0);
            float* gradient = dy + geometry.OutputGradient.Offset(0, 0);
            for (int c = 0; c < _wholeVectors; c += TSimd.Count)
            {
                BackwardSums<TSimd, TVector>(from + c, m + c, a + c, b + c, gradient + c, p + c, s + c, to is null ? null : to + c);
            }

            for (int c = _wholeVectors; c < geometry.Channels; c++)
            {
                BackwardSums<SimdScalar, float>(from + c, m + c, a + c, b + c, gradient + c, p + c, s + c, to is null ? null : to + c);
            }
        }
    }

    public void BackwardInput(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> mean,
        ReadOnlySpan<float> scale,
        ReadOnlySpan<float> slope,
        ReadOnlySpan<float> shift,
        ReadOnlySpan<float> outputGradient,
        Span<float> inputGradient)
    {
        geometry.Input.Check(input, nameof(input));
        geometry.OutputGradient.Check(outputGradient, nameof(outputGradient));
        geometry.InputGradient.Check(inputGradient, nameof(inputGradient));
        CheckChannels(mean.Length);
        CheckChannels(scale.Length);
        CheckChannels(slope.Length);
        CheckChannels(shift.Length);
        fixed (float* x = input, m = mean, a = scale, b = slope, d = shift, dy = outputGradient, dx = inputGradient)
        {
            for (int row = 0; row < geometry.Input.Height; row++)
            {
                float* from = x + geometry.Input.Offset(row, 0);
                float* gradient = dy + geometry.OutputGradient.Offset(row, 0);
                float* to = dx + geometry.InputGradient.Offset(row, 0);
                for (int column = 0; column < geometry.Input.Width; column++)
                {
                    for (int c = 0; c < _wholeVectors; c += TSimd.Count)
                    {
                        TSimd.Store(TSimd.MultiplyAdd(TSimd.Load(gradient + c), TSimd.Load(a + c), Normalize<TSimd, TVector>(from + c, m + c, b + c, d + c)), to + c);
                    }

                    for (int c = _wholeVectors; c < geometry.Channels; c++)
                    {
                        to[c] = SimdScalar.MultiplyAdd(gradient[c], a[c], Normalize<SimdScalar, float>(from + c, m + c, b + c, d + c));
                    }

                    from += geometry.Channels;
                    gradient += geometry.Channels;
                    to += geometry.Channels;
                }
            }
        }
    }

    /// <summary><c>(x - mean) · scale + shift</c> of a vector of channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV Normalize<TS, TV>(float* x, float* mean, float* scale, float* shift)
        where TS : struct, ISimd<TV>
        where TV : struct => TS.MultiplyAdd(TS.Subtract(TS.Load(x), TS.Load(mean)), TS.Load(scale), TS.Load(shift));

    private void Moments<TS, TV>(float* first, double* mean, double* squares)
        where TS : struct, ISimd<TV>
        where TV : struct
    {
        SampleLayout layout = geometry.Input;
        TV sum = TS.Zero;
        for (int row = 0; row < layout.Height; row++)
        {
            float* x = first + ((nint)row * layout.RowStride);
            TV ofRow = TS.Zero;
            for (int column = 0; column < layout.Width; column++, x += layout.Channels)
            {
                ofRow = TS.Add(ofRow, TS.Load(x));
            }

            sum = TS.Add(sum, ofRow);
        }

        TV about = TS.Divide(sum, TS.Constant(geometry.Pixels));
        TV rest = TS.Zero;
        TV square = TS.Zero;
        for (int row = 0; row < layout.Height; row++)
        {
            float* x = first + ((nint)row * layout.RowStride);
            TV restOfRow = TS.Zero;
            TV squareOfRow = TS.Zero;
            for (int column = 0; column < layout.Width; column++, x += layout.Channels)
            {
                TV deviation = TS.Subtract(TS.Load(x), about);
                restOfRow = TS.Add(restOfRow, deviation);
                squareOfRow = TS.MultiplyAdd(deviation, deviation, squareOfRow);
            }

            rest = TS.Add(rest, restOfRow);
            square = TS.Add(square, squareOfRow);
        }

        float* parts = stackalloc float[3 * TS.Count];
        TS.Store(about, parts);
        TS.Store(rest, parts + TS.Count);
        TS.Store(square, parts + (2 * TS.Count));
        for (int i = 0; i < TS.Count; i++)
        {
            double left = parts[TS.Count + i];
            mean[i] = parts[i] + (left / geometry.Pixels);
            squares[i] = parts[(2 * TS.Count) + i] - (left * left / geometry.Pixels);
        }
    }

    private void BackwardSums<TS, TV>(float* x, float* mean, float* scale, float* shift, float* gradient, float* products, float* sums, float* copy)
        where TS : struct, ISimd<TV>
        where TV : struct
    {
        TV about = TS.Load(mean);
        TV factor = TS.Load(scale);
        TV addend = TS.Load(shift);
        TV product = TS.Load(products);
        TV sum = TS.Load(sums);
        nint channels = geometry.Channels;
        int width = geometry.Input.Width;
        for (int row = 0; row < geometry.Input.Height; row++)
        {
            TV productOfRow = TS.Zero;
            TV sumOfRow = TS.Zero;
            for (nint at = 0; at < width * channels; at += channels)
            {
                TV deviation = TS.Subtract(TS.Load(x + at), about);
                TV dy = TS.Load(gradient + at);
                if (typeof(TActivation) != typeof(Identity))
                {
                    TV value = TS.MultiplyAdd(deviation, factor, addend);
                    dy = activation.Invoke<TS, TV>(readsOutput ? activation.Invoke<TS, TV>(value) : value, dy);
                }

                productOfRow = TS.MultiplyAdd(dy, deviation, productOfRow);
                sumOfRow = TS.Add(sumOfRow, dy);
                if (copy is not null)
                {
                    TS.Store(dy, copy + at);
                }
            }

            product = TS.Add(product, productOfRow);
            sum = TS.Add(sum, sumOfRow);
            x += geometry.Input.RowStride;
            gradient += geometry.OutputGradient.RowStride;
            copy = copy is null ? null : copy + geometry.InputGradient.RowStride;
        }

        TS.Store(product, products);
        TS.Store(sum, sums);
    }

    private void CheckChannels(int length) => ArgumentOutOfRangeException.ThrowIfLessThan(length, geometry.Channels);
}

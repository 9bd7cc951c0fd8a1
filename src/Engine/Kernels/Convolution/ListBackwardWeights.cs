using System.Runtime.CompilerServices;
using CifarFast.Engine.Kernels.Gemm;
using CifarFast.Engine.Kernels.Pooling;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>
/// The backward pass of a 3×3 convolution of stride 1 to weight and bias, from lists of the output's gradients that are not zero: for each
/// output channel, the windows of its entries' pixels, each times the entry's gradient, are summed in registers. Vectors are input channels,
/// of which there must be whole vectors. The sums are in an order of their own, output channel by output channel,
/// and what is added to a sum goes on with it: that of several samples is one chain.
/// </summary>
internal sealed unsafe class ListBackwardWeights<TSimd, TVector> : IConvolutionBackwardWeights
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private const int Kernel = 3;

    /// <summary>Vectors of each of three groups that a sum keeps in registers: twelve in all, beside one gradient.</summary>
    private const int MaxVectors = 4;

    private readonly ConvolutionGeometry _geometry;
    private readonly PooledGradientLayout _lists;
    private readonly ParameterLayout _weightLayout;
    private readonly int _panel;
    private readonly int _inputs;
    private readonly int _outputs;
    private readonly AlignedBuffer _ordered;

    public ListBackwardWeights(ConvolutionProblem problem)
    {
        _geometry = problem.Geometry;
        _lists = problem.ListsFor(TSimd.Count);
        _weightLayout = problem.WeightLayout;
        _inputs = _geometry.Input.Channels;
        _outputs = _geometry.Output.Channels;
        _panel = PanelGemm.For(TSimd.Tier).PanelWidth;
        _ordered = new AlignedBuffer(_weightLayout.StoredLength);
    }

    public void Run(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> outputGradient,
        Span<float> weightGradient,
        Span<float> biasGradient,
        Accumulation accumulation,
        Span<float> scratch)
    {
        _geometry.Input.Check(input, nameof(input));
        _weightLayout.Check(weightGradient, nameof(weightGradient));
        ReadOnlySpan<int> counts = _lists.Counts(outputGradient);
        ReadOnlySpan<float> values = _lists.Values(outputGradient);
        if (accumulation == Accumulation.Overwrite)
        {
            weightGradient.Clear();
            biasGradient.Clear();
        }

        if (!biasGradient.IsEmpty)
        {
            SumBias(counts, values, biasGradient[.._outputs]);
        }

        fixed (int* n = counts, pixels = _lists.Pixels(outputGradient))
        fixed (float* x = input, g = values, dw = weightGradient)
        {
            float* window = x + _geometry.Input.Offset(-_geometry.Padding, -_geometry.Padding);
            nint rowStride = _geometry.Input.RowStride;
            int vectors = _inputs / TSimd.Count;
            for (int band = 0; band < _lists.Bands; band++)
            {
                nint list = (nint)band * _outputs;
                nint entry = list * _lists.Capacity;
                if (Kernel * vectors <= MaxVectors)
                {
                    // A kernel row is so short that all three fit: they are the groups.
                    SumWindows(Kernel * vectors, n + list, pixels + entry, g + entry, window, rowStride, dw, (nint)Kernel * _inputs);
                    continue;
                }

                // The groups are the taps of a kernel row, a few channels at a time.
                for (int row = 0; row < Kernel; row++)
                {
                    for (int vector = 0; vector < vectors; vector += MaxVectors)
                    {
                        int width = Math.Min(MaxVectors, vectors - vector);
                        nint channel = (nint)vector * TSimd.Count;
                        SumWindows(
                            width,
                            n + list,
                            pixels + entry,
                            g + entry,
                            window + (row * rowStride) + channel,
                            _inputs,
                            dw + ((nint)row * Kernel * _inputs) + channel,
                            _inputs);
                    }
                }
            }
        }
    }

    public void Finish(Span<float> weightGradient)
    {
        _weightLayout.Check(weightGradient, nameof(weightGradient));
        int depth = _geometry.Depth;
        fixed (float* from = weightGradient)
        {
            float* to = _ordered.Pointer;
            for (int first = 0; first < _outputs; first += _panel)
            {
                int width = Math.Min(_panel, _outputs - first);
                for (int i = 0; i < depth; i++)
                {
                    float* element = from + ((nint)first * depth) + i;
                    for (int output = 0; output < width; output++)
                    {
                        to[output] = *element;
                        element += depth;
                    }

                    to += _panel;
                }
            }
        }

        _ordered.Span.CopyTo(weightGradient);
    }

    private void SumBias(ReadOnlySpan<int> counts, ReadOnlySpan<float> values, Span<float> biasGradient)
    {
        for (int list = 0; list < counts.Length; list++)
        {
            float sum = 0;
            foreach (float value in values.Slice(list * _lists.Capacity, counts[list]))
            {
                sum += value;
            }

            biasGradient[list % _outputs] += sum;
        }
    }

    /// <summary>Calls <see cref="Sum"/> for every output channel of a band.</summary>
    private void SumWindows(int vectors, int* counts, int* pixels, float* values, float* window, nint group, float* sums, nint sumGroup)
    {
        nint capacity = _lists.Capacity;
        nint depth = _geometry.Depth;
        for (int output = 0; output < _outputs; output++)
        {
            switch (vectors)
            {
                case 1: Sum<Counts.One>(counts[output], pixels, values, window, _inputs, group, sums, sumGroup); break;
                case 2: Sum<Counts.Two>(counts[output], pixels, values, window, _inputs, group, sums, sumGroup); break;
                case 3: Sum<Counts.Three>(counts[output], pixels, values, window, _inputs, group, sums, sumGroup); break;
                case 4: Sum<Counts.Four>(counts[output], pixels, values, window, _inputs, group, sums, sumGroup); break;
            }

            pixels += capacity;
            values += capacity;
            sums += depth;
        }
    }

    /// <summary>
    /// Adds the windows of a list's pixels, each times its gradient, to the sums of an output channel: three groups of vectors,
    /// <paramref name="group"/> floats apart in a window and <paramref name="sumGroup"/> in the sums.
    /// </summary>
    private static void Sum<TVectors>(int count, int* pixels, float* values, float* window, nint pixelStride, nint group, float* sums, nint sumGroup)
        where TVectors : struct, ICount
    {
        float* sums1 = sums + sumGroup;
        float* sums2 = sums1 + sumGroup;
        TVector s00 = TSimd.Load(sums);
        TVector s10 = TSimd.Load(sums1);
        TVector s20 = TSimd.Load(sums2);
        TVector s01 = TVectors.Value > 1 ? TSimd.Load(sums + TSimd.Count) : TSimd.Zero;
        TVector s11 = TVectors.Value > 1 ? TSimd.Load(sums1 + TSimd.Count) : TSimd.Zero;
        TVector s21 = TVectors.Value > 1 ? TSimd.Load(sums2 + TSimd.Count) : TSimd.Zero;
        TVector s02 = TVectors.Value > 2 ? TSimd.Load(sums + (2 * TSimd.Count)) : TSimd.Zero;
        TVector s12 = TVectors.Value > 2 ? TSimd.Load(sums1 + (2 * TSimd.Count)) : TSimd.Zero;
        TVector s22 = TVectors.Value > 2 ? TSimd.Load(sums2 + (2 * TSimd.Count)) : TSimd.Zero;
        TVector s03 = TVectors.Value > 3 ? TSimd.Load(sums + (3 * TSimd.Count)) : TSimd.Zero;
        TVector s13 = TVectors.Value > 3 ? TSimd.Load(sums1 + (3 * TSimd.Count)) : TSimd.Zero;
        TVector s23 = TVectors.Value > 3 ? TSimd.Load(sums2 + (3 * TSimd.Count)) : TSimd.Zero;
        for (nint entry = 0; entry < count; entry++)
        {
            float* x0 = window + (pixels[entry] * pixelStride);
            float* x1 = x0 + group;
            float* x2 = x1 + group;
            TVector value = TSimd.Broadcast(values + entry);
            s00 = TSimd.MultiplyAdd(value, TSimd.Load(x0), s00);
            s10 = TSimd.MultiplyAdd(value, TSimd.Load(x1), s10);
            s20 = TSimd.MultiplyAdd(value, TSimd.Load(x2), s20);
            if (TVectors.Value > 1)
            {
                s01 = TSimd.MultiplyAdd(value, TSimd.Load(x0 + TSimd.Count), s01);
                s11 = TSimd.MultiplyAdd(value, TSimd.Load(x1 + TSimd.Count), s11);
                s21 = TSimd.MultiplyAdd(value, TSimd.Load(x2 + TSimd.Count), s21);
            }

            if (TVectors.Value > 2)
            {
                s02 = TSimd.MultiplyAdd(value, TSimd.Load(x0 + (2 * TSimd.Count)), s02);
                s12 = TSimd.MultiplyAdd(value, TSimd.Load(x1 + (2 * TSimd.Count)), s12);
                s22 = TSimd.MultiplyAdd(value, TSimd.Load(x2 + (2 * TSimd.Count)), s22);
            }

            if (TVectors.Value > 3)
            {
                s03 = TSimd.MultiplyAdd(value, TSimd.Load(x0 + (3 * TSimd.Count)), s03);
                s13 = TSimd.MultiplyAdd(value, TSimd.Load(x1 + (3 * TSimd.Count)), s13);
                s23 = TSimd.MultiplyAdd(value, TSimd.Load(x2 + (3 * TSimd.Count)), s23);
            }
        }

        Store<TVectors>(sums, s00, s01, s02, s03);
        Store<TVectors>(sums1, s10, s11, s12, s13);
        Store<TVectors>(sums2, s20, s21, s22, s23);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TVectors>(float* sums, TVector value0, TVector value1, TVector value2, TVector value3)
        where TVectors : struct, ICount
    {
        TSimd.Store(value0, sums);
        if (TVectors.Value > 1)
        {
            TSimd.Store(value1, sums + TSimd.Count);
        }

        if (TVectors.Value > 2)
        {
            TSimd.Store(value2, sums + (2 * TSimd.Count));
        }

        if (TVectors.Value > 3)
        {
            TSimd.Store(value3, sums + (3 * TSimd.Count));
        }
    }
}

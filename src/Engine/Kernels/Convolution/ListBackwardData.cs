using System.Runtime.CompilerServices;
using CifarFast.Engine.Kernels.Gemm;
using CifarFast.Engine.Kernels.Pooling;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>
/// The backward pass of a 3×3 convolution of stride 1 to its input, from lists of the output's gradients that are not zero: for each output
/// channel, its kernel, times an entry's gradient, is added around the entry's pixel. Vectors are input channels, of which there must be
/// whole vectors; a vector of channels at a time has an image of its own, of which what a band of lists meets lies in the L1 cache.
/// </summary>
internal sealed unsafe class ListBackwardData<TSimd, TVector> : IConvolutionBackwardData
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private const int Kernel = 3;
    private const int Taps = Kernel * Kernel;

    private readonly ConvolutionGeometry _geometry;
    private readonly PooledGradientLayout _lists;
    private readonly ParameterLayout _weightLayout;
    private readonly int _panel;
    private readonly int _inputs;
    private readonly int _outputs;
    private readonly AlignedBuffer _kernels;

    public ListBackwardData(ConvolutionProblem problem)
    {
        _geometry = problem.Geometry;
        _lists = problem.ListsFor(TSimd.Count);
        _weightLayout = problem.WeightLayout;
        _inputs = _geometry.Input.Channels;
        _outputs = _geometry.Output.Channels;
        _panel = PanelGemm.For(TSimd.Tier).PanelWidth;
        _kernels = new AlignedBuffer(_outputs * _geometry.Depth);
    }

    public int ScratchLength => (_geometry.Output.Height + Kernel - 1) * _lists.Pitch * TSimd.Count;

    public void Prepare(ReadOnlySpan<float> weight)
    {
        _weightLayout.Check(weight, nameof(weight));
        int depth = _geometry.Depth;
        fixed (float* from = weight)
        {
            float* to = _kernels.Pointer;
            for (int first = 0; first < _inputs; first += TSimd.Count)
            {
                for (int output = 0; output < _outputs; output++)
                {
                    float* column = from + ((((nint)(output / _panel) * depth) + first) * _panel) + (output % _panel);
                    for (int tap = 0; tap < Taps; tap++)
                    {
                        float* element = column;
                        for (int input = 0; input < TSimd.Count; input++)
                        {
                            *to++ = *element;
                            element += _panel;
                        }

                        column += (nint)_inputs * _panel;
                    }
                }
            }
        }
    }

    public void Run(ReadOnlySpan<float> outputGradient, Span<float> inputGradient, Span<float> scratch)
    {
        _geometry.InputGradient.Check(inputGradient, nameof(inputGradient));
        fixed (int* counts = _lists.Counts(outputGradient), pixels = _lists.Pixels(outputGradient))
        fixed (float* values = _lists.Values(outputGradient), dx = inputGradient, image = scratch[..ScratchLength])
        {
            int lists = _lists.Bands * _outputs;
            for (int vector = 0; vector < _inputs / TSimd.Count; vector++)
            {
                new Span<float>(image, ScratchLength).Clear();
                float* kernels = _kernels.Pointer + ((nint)vector * _outputs * Taps * TSimd.Count);
                for (int list = 0; list < lists; list++)
                {
                    nint first = (nint)list * _lists.Capacity;
                    Scatter(counts[list], pixels + first, values + first, kernels + ((nint)(list % _outputs) * Taps * TSimd.Count), image);
                }

                CopyOut(image, dx + ((nint)vector * TSimd.Count));
            }
        }
    }

    /// <summary>Adds a kernel times each entry's gradient to the image around the entry's pixel.</summary>
    private void Scatter(int count, int* pixels, float* values, float* kernel, float* image)
    {
        TVector k00 = TSimd.Load(kernel);
        TVector k01 = TSimd.Load(kernel + TSimd.Count);
        TVector k02 = TSimd.Load(kernel + (2 * TSimd.Count));
        TVector k10 = TSimd.Load(kernel + (3 * TSimd.Count));
        TVector k11 = TSimd.Load(kernel + (4 * TSimd.Count));
        TVector k12 = TSimd.Load(kernel + (5 * TSimd.Count));
        TVector k20 = TSimd.Load(kernel + (6 * TSimd.Count));
        TVector k21 = TSimd.Load(kernel + (7 * TSimd.Count));
        TVector k22 = TSimd.Load(kernel + (8 * TSimd.Count));
        nint row = (nint)_lists.Pitch * TSimd.Count;
        for (int entry = 0; entry < count; entry++)
        {
            TVector value = TSimd.Broadcast(values + entry);
            float* pixel = image + ((nint)pixels[entry] * TSimd.Count);
            Add(value, k00, pixel);
            Add(value, k01, pixel + TSimd.Count);
            Add(value, k02, pixel + (2 * TSimd.Count));
            pixel += row;
            Add(value, k10, pixel);
            Add(value, k11, pixel + TSimd.Count);
            Add(value, k12, pixel + (2 * TSimd.Count));
            pixel += row;
            Add(value, k20, pixel);
            Add(value, k21, pixel + TSimd.Count);
            Add(value, k22, pixel + (2 * TSimd.Count));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(TVector value, TVector kernel, float* destination) =>
        TSimd.Store(TSimd.MultiplyAdd(value, kernel, TSimd.Load(destination)), destination);

    /// <summary>Copies a vector of channels of the image, without what the padding holds, to where the input gradient has them.</summary>
    private void CopyOut(float* image, float* inputGradient)
    {
        SampleLayout layout = _geometry.InputGradient;
        for (int y = 0; y < layout.Height; y++)
        {
            float* from = image + ((((nint)(y + _geometry.Padding) * _lists.Pitch) + _geometry.Padding) * TSimd.Count);
            float* to = inputGradient + layout.Offset(y, 0);
            for (int x = 0; x < layout.Width; x++)
            {
                TSimd.Store(TSimd.Load(from), to);
                from += TSimd.Count;
                to += layout.Channels;
            }
        }
    }
}

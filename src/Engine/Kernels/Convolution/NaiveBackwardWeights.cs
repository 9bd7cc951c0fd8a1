using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>
/// The backward pass to weight and bias as a textbook writes it (Goodfellow, Bengio and Courville, "Deep Learning", chapter 9): the reference the fast
/// kernels are tested against. Padding is a bounds check, sums are made in double precision.
/// </summary>
internal sealed class NaiveBackwardWeights(ConvolutionGeometry geometry) : IConvolutionBackwardWeights
{
    public void Run(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> outputGradient,
        Span<float> weightGradient,
        Span<float> biasGradient,
        Accumulation accumulation,
        Span<float> scratch,
        bool endsShard)
    {
        SampleLayout outputs = geometry.OutputGradient;
        for (int o = 0; o < outputs.Channels; o++)
        {
            double biasSum = 0;
            for (int y = 0; y < outputs.Height; y++)
            {
                for (int x = 0; x < outputs.Width; x++)
                {
                    biasSum += outputGradient[outputs.Offset(y, x) + o];
                }
            }

            if (!biasGradient.IsEmpty)
            {
                biasGradient[o] = (float)biasSum + (accumulation == Accumulation.Overwrite ? 0 : biasGradient[o]);
            }

            for (int c = 0; c < geometry.Input.Channels; c++)
            {
                for (int ky = 0; ky < geometry.Kernel; ky++)
                {
                    for (int kx = 0; kx < geometry.Kernel; kx++)
                    {
                        double sum = 0;
                        for (int y = 0; y < outputs.Height; y++)
                        {
                            for (int x = 0; x < outputs.Width; x++)
                            {
                                if (geometry.TryInput(y, x, c, ky, kx, out int at))
                                {
                                    sum += (double)input[at] * outputGradient[outputs.Offset(y, x) + o];
                                }
                            }
                        }

                        int weight = geometry.WeightIndex(o, c, ky, kx);
                        weightGradient[weight] = (float)sum + (accumulation == Accumulation.Overwrite ? 0 : weightGradient[weight]);
                    }
                }
            }
        }
    }
}

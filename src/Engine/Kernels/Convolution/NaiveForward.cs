using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>
/// The forward pass as a textbook writes it (Goodfellow, Bengio and Courville, "Deep Learning", chapter 9): the reference the fast
/// kernels are tested against. Padding is a bounds check, sums are made in double precision.
/// </summary>
internal sealed class NaiveForward(ConvolutionGeometry geometry) : IConvolutionForward
{
    public void Run(ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output, Span<float> scratch)
    {
        SampleLayout outputs = geometry.Output;
        for (int o = 0; o < outputs.Channels; o++)
        {
            for (int y = 0; y < outputs.Height; y++)
            {
                for (int x = 0; x < outputs.Width; x++)
                {
                    double sum = bias.IsEmpty ? 0 : bias[o];
                    for (int c = 0; c < geometry.Input.Channels; c++)
                    {
                        for (int ky = 0; ky < geometry.Kernel; ky++)
                        {
                            for (int kx = 0; kx < geometry.Kernel; kx++)
                            {
                                if (geometry.TryInput(y, x, c, ky, kx, out int at))
                                {
                                    sum += (double)input[at] * weight[geometry.WeightIndex(o, c, ky, kx)];
                                }
                            }
                        }
                    }

                    output[outputs.Offset(y, x) + o] = (float)sum;
                }
            }
        }
    }
}

using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>
/// The backward pass to the input as a textbook writes it (Goodfellow, Bengio and Courville, "Deep Learning", chapter 9): the reference the fast
/// kernels are tested against. Padding is a bounds check, sums are made in double precision.
/// </summary>
internal sealed class NaiveBackwardData(ConvolutionGeometry geometry) : IConvolutionBackwardData
{
    private readonly float[] _weight = new float[geometry.WeightCount];

    public int WeightParts => 1;

    public void Prepare(int part, ReadOnlySpan<float> weight) => weight.CopyTo(_weight);

    public void Run(ReadOnlySpan<float> outputGradient, Span<float> inputGradient, Span<float> scratch)
    {
        SampleLayout inputs = geometry.InputGradient;
        for (int c = 0; c < inputs.Channels; c++)
        {
            for (int y = 0; y < inputs.Height; y++)
            {
                for (int x = 0; x < inputs.Width; x++)
                {
                    double sum = 0;
                    for (int ky = 0; ky < geometry.Kernel; ky++)
                    {
                        for (int kx = 0; kx < geometry.Kernel; kx++)
                        {
                            if (geometry.TryOutput(y, x, ky, kx, out int at))
                            {
                                for (int o = 0; o < geometry.Output.Channels; o++)
                                {
                                    sum += (double)outputGradient[at + o] * _weight[geometry.WeightIndex(o, c, ky, kx)];
                                }
                            }
                        }
                    }

                    inputGradient[inputs.Offset(y, x) + c] = (float)sum;
                }
            }
        }
    }
}

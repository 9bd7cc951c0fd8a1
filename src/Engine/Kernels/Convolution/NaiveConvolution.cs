using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>
/// Convolution as a textbook writes it (Goodfellow, Bengio and Courville, "Deep Learning", chapter 9): the reference the fast
/// kernels are tested against. Padding is a bounds check, sums are made in double precision.
/// </summary>
internal sealed class NaiveConvolution(ConvolutionGeometry geometry) : IConvolution
{
    private readonly float[] _weight = new float[geometry.WeightCount];

    public ParameterLayout WeightLayout { get; } = ParameterLayout.Dense(geometry.WeightCount);

    public ParameterLayout BiasLayout { get; } = ParameterLayout.Dense(geometry.Output.Channels);

    public int ScratchLength => 0;

    public void Forward(ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output, Span<float> scratch)
    {
        SampleLayout outputs = geometry.Output;
        for (int o = 0; o < outputs.Channels; o++)
        {
            for (int y = 0; y < outputs.Height; y++)
            {
                for (int x = 0; x < outputs.Width; x++)
                {
                    double sum = bias[o];
                    for (int c = 0; c < geometry.Input.Channels; c++)
                    {
                        for (int ky = 0; ky < geometry.Kernel; ky++)
                        {
                            for (int kx = 0; kx < geometry.Kernel; kx++)
                            {
                                if (TryInput(y, x, c, ky, kx, out int at))
                                {
                                    sum += (double)input[at] * weight[WeightIndex(o, c, ky, kx)];
                                }
                            }
                        }
                    }

                    output[outputs.Offset(y, x) + o] = (float)sum;
                }
            }
        }
    }

    public void PrepareBackward(ReadOnlySpan<float> weight) => weight.CopyTo(_weight);

    public void BackwardInput(ReadOnlySpan<float> outputGradient, Span<float> inputGradient, Span<float> scratch)
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
                            if (TryOutput(y, x, ky, kx, out int at))
                            {
                                for (int o = 0; o < geometry.Output.Channels; o++)
                                {
                                    sum += (double)outputGradient[at + o] * _weight[WeightIndex(o, c, ky, kx)];
                                }
                            }
                        }
                    }

                    inputGradient[inputs.Offset(y, x) + c] = (float)sum;
                }
            }
        }
    }

    public void BackwardParameters(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> outputGradient,
        Span<float> weightGradient,
        Span<float> biasGradient,
        bool accumulate,
        Span<float> scratch)
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

            biasGradient[o] = (float)biasSum + (accumulate ? biasGradient[o] : 0);

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
                                if (TryInput(y, x, c, ky, kx, out int at))
                                {
                                    sum += (double)input[at] * outputGradient[outputs.Offset(y, x) + o];
                                }
                            }
                        }

                        int weight = WeightIndex(o, c, ky, kx);
                        weightGradient[weight] = (float)sum + (accumulate ? weightGradient[weight] : 0);
                    }
                }
            }
        }
    }

    private int WeightIndex(int o, int c, int ky, int kx) =>
        (((((o * geometry.Input.Channels) + c) * geometry.Kernel) + ky) * geometry.Kernel) + kx;

    /// <summary>Where the input element lies that a kernel element meets at an output pixel; false in the padding.</summary>
    private bool TryInput(int y, int x, int c, int ky, int kx, out int at)
    {
        int row = (y * geometry.Stride) + ky - geometry.Padding;
        int column = (x * geometry.Stride) + kx - geometry.Padding;
        bool inside = row >= 0 && row < geometry.Input.Height && column >= 0 && column < geometry.Input.Width;
        at = inside ? geometry.Input.Offset(row, column) + c : 0;
        return inside;
    }

    /// <summary>Where the pixel of the output gradient lies whose window meets an input pixel with a kernel element; false where there is none.</summary>
    private bool TryOutput(int y, int x, int ky, int kx, out int at)
    {
        (int row, int betweenRows) = Math.DivRem(y + geometry.Padding - ky, geometry.Stride);
        (int column, int betweenColumns) = Math.DivRem(x + geometry.Padding - kx, geometry.Stride);
        SampleLayout outputs = geometry.OutputGradient;
        bool inside = betweenRows == 0 && betweenColumns == 0 && row >= 0 && row < outputs.Height && column >= 0 && column < outputs.Width;
        at = inside ? outputs.Offset(row, column) : 0;
        return inside;
    }
}

using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Normalization;

/// <summary>Batch normalisation as its paper writes it: the reference the fast kernels are tested against. Sums are made in double precision.</summary>
internal sealed class NaiveBatchNorm(BatchNormGeometry geometry) : IBatchNorm
{
    public void Moments(ReadOnlySpan<float> input, Span<double> mean, Span<double> squares)
    {
        SampleLayout layout = geometry.Input;
        for (int c = 0; c < geometry.Channels; c++)
        {
            double sum = 0;
            for (int pixel = 0; pixel < geometry.Pixels; pixel++)
            {
                sum += input[At(layout, pixel) + c];
            }

            mean[c] = sum / geometry.Pixels;
            squares[c] = 0;
            for (int pixel = 0; pixel < geometry.Pixels; pixel++)
            {
                double deviation = input[At(layout, pixel) + c] - mean[c];
                squares[c] += deviation * deviation;
            }
        }
    }

    public void Forward(ReadOnlySpan<float> input, ReadOnlySpan<float> mean, ReadOnlySpan<float> scale, ReadOnlySpan<float> shift, Span<float> output)
    {
        for (int pixel = 0; pixel < geometry.Pixels; pixel++)
        {
            for (int c = 0; c < geometry.Channels; c++)
            {
                double deviation = (double)input[At(geometry.Input, pixel) + c] - mean[c];
                output[At(geometry.Output, pixel) + c] = (float)((deviation * scale[c]) + shift[c]);
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
        for (int c = 0; c < geometry.Channels; c++)
        {
            double product = 0;
            double sum = 0;
            for (int pixel = 0; pixel < geometry.Pixels; pixel++)
            {
                float gradient = outputGradient[At(geometry.OutputGradient, pixel) + c];
                product += gradient * ((double)input[At(geometry.Input, pixel) + c] - mean[c]);
                sum += gradient;
                if (!inputGradient.IsEmpty)
                {
                    inputGradient[At(geometry.InputGradient, pixel) + c] = gradient;
                }
            }

            products[c] = (float)product + (accumulation == Accumulation.Overwrite ? 0 : products[c]);
            sums[c] = (float)sum + (accumulation == Accumulation.Overwrite ? 0 : sums[c]);
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
        for (int pixel = 0; pixel < geometry.Pixels; pixel++)
        {
            for (int c = 0; c < geometry.Channels; c++)
            {
                double gradient = outputGradient[At(geometry.OutputGradient, pixel) + c];
                double deviation = (double)input[At(geometry.Input, pixel) + c] - mean[c];
                inputGradient[At(geometry.InputGradient, pixel) + c] = (float)((gradient * scale[c]) + (deviation * slope[c]) + shift[c]);
            }
        }
    }

    private static int At(SampleLayout layout, int pixel) => layout.Offset(pixel / layout.Width, pixel % layout.Width);
}

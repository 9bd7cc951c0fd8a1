using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Pooling;

/// <summary>Max-pooling as its definition reads: the reference the fast kernel is tested against.</summary>
internal sealed class NaiveMaxPool(PoolingGeometry geometry) : IMaxPool
{
    public void Forward(ReadOnlySpan<float> input, Span<float> output, Span<float> places)
    {
        SampleLayout outputs = geometry.Output;
        for (int c = 0; c < outputs.Channels; c++)
        {
            for (int y = 0; y < outputs.Height; y++)
            {
                for (int x = 0; x < outputs.Width; x++)
                {
                    int place = PlaceOfMaximum(input, c, y, x);
                    output[outputs.Offset(y, x) + c] = input[InputOffset(y, x, place) + c];
                    if (!places.IsEmpty)
                    {
                        places[geometry.Places.Offset(y, x) + c] = place;
                    }
                }
            }
        }
    }

    public void Backward(ReadOnlySpan<float> places, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        SampleLayout inputs = geometry.InputGradient;
        for (int y = 0; y < inputs.Height; y++)
        {
            inputGradient.Slice(inputs.Offset(y, 0), inputs.Width * inputs.Channels).Clear();
        }

        SampleLayout outputs = geometry.OutputGradient;
        for (int c = 0; c < outputs.Channels; c++)
        {
            for (int y = 0; y < outputs.Height; y++)
            {
                for (int x = 0; x < outputs.Width; x++)
                {
                    (int row, int column) = PixelOf(y, x, (int)places[geometry.Places.Offset(y, x) + c]);
                    inputGradient[inputs.Offset(row, column) + c] += outputGradient[outputs.Offset(y, x) + c];
                }
            }
        }
    }

    private int PlaceOfMaximum(ReadOnlySpan<float> input, int c, int y, int x)
    {
        int best = 0;
        for (int place = 1; place < geometry.Window * geometry.Window; place++)
        {
            float value = input[InputOffset(y, x, place) + c];
            if (value > input[InputOffset(y, x, best) + c] || float.IsNaN(value))
            {
                best = place;
            }
        }

        return best;
    }

    private int InputOffset(int y, int x, int place)
    {
        (int row, int column) = PixelOf(y, x, place);
        return geometry.Input.Offset(row, column);
    }

    private (int Row, int Column) PixelOf(int y, int x, int place) =>
        ((y * geometry.Stride) + (place / geometry.Window), (x * geometry.Stride) + (place % geometry.Window));
}

using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Pooling;

/// <summary>Max-pooling as its definition reads: the reference the fast kernel is tested against.</summary>
internal sealed class NaiveMaxPool(PoolingGeometry geometry) : IMaxPool
{
    public void Forward(ReadOnlySpan<float> input, Span<float> output)
    {
        SampleLayout outputs = geometry.Output;
        for (int c = 0; c < outputs.Channels; c++)
        {
            for (int y = 0; y < outputs.Height; y++)
            {
                for (int x = 0; x < outputs.Width; x++)
                {
                    output[outputs.Offset(y, x) + c] = input[IndexOfMaximum(input, c, y, x)];
                }
            }
        }
    }

    public void Backward(ReadOnlySpan<float> input, ReadOnlySpan<float> output, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
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
                    int at = IndexOfMaximum(input, c, y, x) - c;
                    int row = (at / geometry.Input.RowStride) - geometry.Input.Border;
                    int column = (at % geometry.Input.RowStride / geometry.Input.Channels) - geometry.Input.Border;
                    inputGradient[inputs.Offset(row, column) + c] += outputGradient[outputs.Offset(y, x) + c];
                }
            }
        }
    }

    private int IndexOfMaximum(ReadOnlySpan<float> input, int c, int y, int x)
    {
        int best = -1;
        for (int row = y * geometry.Stride; row < (y * geometry.Stride) + geometry.Window; row++)
        {
            for (int column = x * geometry.Stride; column < (x * geometry.Stride) + geometry.Window; column++)
            {
                int at = geometry.Input.Offset(row, column) + c;
                if (best < 0 || input[at] > input[best] || float.IsNaN(input[at]))
                {
                    best = at;
                }
            }
        }

        return best;
    }
}

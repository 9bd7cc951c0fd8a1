using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Pooling;

/// <summary>Max-pooling as its definition reads: the reference the fast kernel is tested against.</summary>
internal sealed class NaiveMaxPool(PoolingGeometry geometry) : IMaxPool
{
    public void Forward(ReadOnlySpan<float> input, Span<float> output, Span<ushort> argMax)
    {
        SampleLayout outputs = geometry.Output;
        for (int c = 0; c < outputs.Channels; c++)
        {
            for (int y = 0; y < outputs.Height; y++)
            {
                for (int x = 0; x < outputs.Width; x++)
                {
                    int index = IndexOfMaximum(input, c, y, x);
                    output[outputs.Offset(y, x) + c] = input[InputOffset(y, x, index) + c];
                    if (!argMax.IsEmpty)
                    {
                        argMax[geometry.ArgMax.Offset(y, x) + c] = (ushort)index;
                    }
                }
            }
        }
    }

    public void Backward(ReadOnlySpan<ushort> argMax, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        SampleLayout inputs = geometry.InputGradient;
        inputs.ClearImage(inputGradient);
        SampleLayout outputs = geometry.OutputGradient;
        for (int c = 0; c < outputs.Channels; c++)
        {
            for (int y = 0; y < outputs.Height; y++)
            {
                for (int x = 0; x < outputs.Width; x++)
                {
                    (int row, int column) = PixelOf(y, x, argMax[geometry.ArgMax.Offset(y, x) + c]);
                    inputGradient[inputs.Offset(row, column) + c] += outputGradient[outputs.Offset(y, x) + c];
                }
            }
        }
    }

    private int IndexOfMaximum(ReadOnlySpan<float> input, int c, int y, int x)
    {
        int best = 0;
        int count = (geometry.Rows.End(y) - geometry.Rows.First(y)) * WidthOf(x);
        for (int index = 1; index < count; index++)
        {
            float value = input[InputOffset(y, x, index) + c];
            if (value > input[InputOffset(y, x, best) + c] || float.IsNaN(value))
            {
                best = index;
            }
        }

        return best;
    }

    private int InputOffset(int y, int x, int index)
    {
        (int row, int column) = PixelOf(y, x, index);
        return geometry.Input.Offset(row, column);
    }

    private (int Row, int Column) PixelOf(int y, int x, int index) =>
        (geometry.Rows.First(y) + (index / WidthOf(x)), geometry.Columns.First(x) + (index % WidthOf(x)));

    private int WidthOf(int x) => geometry.Columns.End(x) - geometry.Columns.First(x);
}

using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Pooling;

/// <summary>Average-pooling as its definition reads, with sums in double precision: the reference the fast kernel is tested against.</summary>
internal sealed class NaiveAvgPool(PoolingGeometry geometry) : IAvgPool
{
    public void Forward(ReadOnlySpan<float> input, Span<float> output)
    {
        for (int c = 0; c < geometry.Output.Channels; c++)
        {
            for (int y = 0; y < geometry.Output.Height; y++)
            {
                for (int x = 0; x < geometry.Output.Width; x++)
                {
                    double sum = 0;
                    for (int row = geometry.Rows.First(y); row < geometry.Rows.End(y); row++)
                    {
                        for (int column = geometry.Columns.First(x); column < geometry.Columns.End(x); column++)
                        {
                            sum += input[geometry.Input.Offset(row, column) + c];
                        }
                    }

                    output[geometry.Output.Offset(y, x) + c] = (float)(sum / PixelsOf(y, x));
                }
            }
        }
    }

    public void Backward(ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        SampleLayout inputs = geometry.InputGradient;
        for (int c = 0; c < inputs.Channels; c++)
        {
            double[,] sums = new double[inputs.Height, inputs.Width];
            for (int y = 0; y < geometry.Output.Height; y++)
            {
                for (int x = 0; x < geometry.Output.Width; x++)
                {
                    for (int row = geometry.Rows.First(y); row < geometry.Rows.End(y); row++)
                    {
                        for (int column = geometry.Columns.First(x); column < geometry.Columns.End(x); column++)
                        {
                            sums[row, column] += outputGradient[geometry.OutputGradient.Offset(y, x) + c] / (double)PixelsOf(y, x);
                        }
                    }
                }
            }

            for (int row = 0; row < inputs.Height; row++)
            {
                for (int column = 0; column < inputs.Width; column++)
                {
                    inputGradient[inputs.Offset(row, column) + c] = (float)sums[row, column];
                }
            }
        }
    }

    private int PixelsOf(int y, int x) => (geometry.Rows.End(y) - geometry.Rows.First(y)) * (geometry.Columns.End(x) - geometry.Columns.First(x));
}

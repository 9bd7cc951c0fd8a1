namespace CifarFast.Engine.Kernels.Reduction;

/// <summary>The ordered sum as its definition reads.</summary>
internal sealed class NaiveOrderedSum : IOrderedSum
{
    public void Sum(ReadOnlySpan<float> rows, int stride, int count, Span<float> sum)
    {
        for (int i = 0; i < sum.Length; i++)
        {
            float total = rows[i];
            for (int row = 1; row < count; row++)
            {
                total += rows[(row * stride) + i];
            }

            sum[i] = total;
        }
    }
}

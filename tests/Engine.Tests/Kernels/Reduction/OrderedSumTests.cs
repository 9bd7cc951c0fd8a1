using CifarFast.Engine.Kernels.Elementwise;
using CifarFast.Engine.Kernels.Reduction;
using CifarFast.Engine.Tests.Networks;

namespace CifarFast.Engine.Tests.Kernels.Reduction;

public class OrderedSumTests
{
    [Theory]
    [MemberData(nameof(ExecutionPaths.All), MemberType = typeof(ExecutionPaths))]
    public void Rows_of_every_length_are_added_up(string path)
    {
        ElementwiseKernels kernels = ElementwiseKernels.For(ExecutionPaths.Options(path));
        for (int length = 0; length <= 35; length++)
        {
            int count = (length % 5) + 1;
            int stride = length + (length % 3);
            float[] rows = Rows(length, stride, count);
            float[] reference = [.. Enumerable.Range(0, length).Select(i => Enumerable.Range(0, count).Aggregate(0f, (sum, row) => sum + rows[(row * stride) + i]))];
            foreach (GuardSide side in Enum.GetValues<GuardSide>())
            {
                using var memory = new GuardedMemory(side);
                Span<float> sum = memory.Allocate(length);
                OrderedSum.Run(kernels, memory.Hold(rows), stride, count, sum);
                memory.AssertIntact();
                Exactly.AssertEqual($"{count} rows of {length}", sum, reference);
            }
        }
    }

    /// <summary>Numbers for which another order gives another sum.</summary>
    [Theory]
    [MemberData(nameof(ExecutionPaths.All), MemberType = typeof(ExecutionPaths))]
    public void Rows_are_added_from_the_first_to_the_last(string path)
    {
        const int length = 35;
        ElementwiseKernels kernels = ElementwiseKernels.For(ExecutionPaths.Options(path));
        float[] rows = [.. new[] { 1f, 1e10f, -1e10f, 3f }.SelectMany(value => Enumerable.Repeat(value, length))];
        float[] sum = new float[length];
        OrderedSum.Run(kernels, rows, length, 4, sum);

        Assert.All(sum, value => Assert.Equal(3, value));
    }

    [Theory]
    [MemberData(nameof(ExecutionPaths.Fast), MemberType = typeof(ExecutionPaths))]
    public void Rows_that_do_not_lie_in_the_span_are_refused(string tier)
    {
        ElementwiseKernels kernels = ElementwiseKernels.For(ExecutionPaths.Options(tier));
        float[] sum = new float[17];
        ShortSpans.AssertRefused([new float[20 + 17]], spans => OrderedSum.Run(kernels, spans[0].Span, stride: 20, count: 2, sum));
        Assert.Throws<ArgumentOutOfRangeException>(() => OrderedSum.Run(kernels, new float[100], stride: 20, count: 0, sum));
        Assert.Throws<ArgumentOutOfRangeException>(() => OrderedSum.Run(kernels, new float[100], stride: -20, count: 2, sum));
        // In 32 bits the length of these rows is negative.
        Assert.Throws<ArgumentOutOfRangeException>(() => OrderedSum.Run(kernels, new float[100], stride: 1 << 20, count: (1 << 11) + 1, sum));
    }

    /// <summary>Rows of which the last one has no gap behind it, and gaps of canaries.</summary>
    private static float[] Rows(int length, int stride, int count)
    {
        var random = new RandomValues((ulong)length);
        float[] rows = new float[((count - 1) * stride) + length];
        rows.AsSpan().Fill(GuardedMemory.Canary);
        for (int row = 0; row < count; row++)
        {
            random.Next(length).CopyTo(rows, row * stride);
        }

        return rows;
    }
}

using CifarFast.Engine.Kernels.Reduction;
using CifarFast.Engine.Tests.Networks;

namespace CifarFast.Engine.Tests.Kernels.Reduction;

public class OrderedSumTests
{
    public static TheoryData<string> Tiers => ExecutionPaths.Fast;

    [Theory]
    [MemberData(nameof(Tiers))]
    public void Sums_are_bitwise_the_naive_ones_for_every_length(string tier)
    {
        IOrderedSum ordered = OrderedSumAlgorithm.Create(ExecutionPaths.Options(tier));
        for (int length = 0; length <= 256; length++)
        {
            int count = (length % 5) + 1;
            int stride = length + (length % 3);
            float[] rows = Rows(length, stride, count);
            float[] reference = new float[length];
            new NaiveOrderedSum().Sum(rows, stride, count, reference);
            foreach (GuardSide side in Enum.GetValues<GuardSide>())
            {
                using var memory = new GuardedMemory(side);
                Span<float> sum = memory.Allocate(length);
                ordered.Sum(memory.Hold(rows), stride, count, sum);
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
        IOrderedSum ordered = OrderedSumAlgorithm.Create(ExecutionPaths.Options(path));
        float[] rows = [.. new[] { 1f, 1e10f, -1e10f, 3f }.SelectMany(value => Enumerable.Repeat(value, length))];
        float[] sum = new float[length];
        ordered.Sum(rows, length, 4, sum);

        Assert.All(sum, value => Assert.Equal(3, value));
    }

    [Theory]
    [MemberData(nameof(Tiers))]
    public void Rows_that_do_not_lie_in_the_span_are_refused(string tier)
    {
        IOrderedSum ordered = OrderedSumAlgorithm.Create(ExecutionPaths.Options(tier));
        float[] sum = new float[17];
        ShortSpans.AssertRefused([new float[20 + 17]], spans => ordered.Sum(spans[0].Span, stride: 20, count: 2, sum));
        Assert.Throws<ArgumentOutOfRangeException>(() => ordered.Sum(new float[100], stride: 20, count: 0, sum));
        Assert.Throws<ArgumentOutOfRangeException>(() => ordered.Sum(new float[100], stride: -20, count: 2, sum));
        // In 32 bits the length of these rows is negative.
        Assert.Throws<ArgumentOutOfRangeException>(() => ordered.Sum(new float[100], stride: 1 << 20, count: (1 << 11) + 1, sum));
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

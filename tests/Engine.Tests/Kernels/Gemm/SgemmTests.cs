using CifarFast.Engine.Kernels.Gemm;
using CifarFast.Engine.Tests.Execution;
using CommunityToolkit.HighPerformance;
using CsCheck;

namespace CifarFast.Engine.Tests.Kernels.Gemm;

/// <summary>Whole matrix products of every tier against the naive one, and that one against numbers worked out by hand.</summary>
public class SgemmTests
{
    public static TheoryData<string> Tiers => ExecutionPaths.Fast;

    /// <summary>Sizes around tiles, panels and blocks; strides that alias in the cache and others; every transposition.</summary>
    [Theory]
    [MemberData(nameof(Tiers))]
    public void Products_agree_at_the_edges_of_blocks(string tier)
    {
        foreach ((int rows, int columns, int depth, int gap) in new[]
        {
            (1, 1, 1, 0), (12, 32, 512, 0), (13, 33, 513, 0), (191, 16, 30, 3), (193, 17, 100, 1), (385, 40, 20, 0), (5, 70, 1025, 2),
            (256, 256, 256, 0), (64, 10, 256, 0), (7, 256, 256, 256),
        })
        {
            AssertAgree(tier, threads: 1, rows, columns, depth, gap);
        }
    }

    [Theory]
    [MemberData(nameof(Tiers))]
    public void Products_agree_for_any_size_and_number_of_threads(string tier) =>
        Gen.Select(Gen.Int[1, 60], Gen.Int[1, 80], Gen.Int[1, 90], Gen.Int[0, 3], Gen.Int[1, 5]).Sample(
            (rows, columns, depth, gap, threads) => AssertAgree(tier, threads, rows, columns, depth, gap), iter: 60, threads: 1);

    [Fact]
    public void The_result_is_bitwise_the_same_for_every_number_of_threads()
    {
        var random = new RandomValues(seed: 8);
        (float[] a, float[] b) = (random.Next(300 * 700), random.Next(700 * 90));
        float[][] results = [.. new[] { 1, 2, 3, 7 }.Select(threads =>
        {
            float[] c = new float[300 * 90];
            new Sgemm(new() { Threads = threads }).Multiply(a.AsSpan().AsSpan2D(300, 700), b.AsSpan().AsSpan2D(700, 90), c.AsSpan().AsSpan2D(300, 90));
            return c;
        })];

        Assert.All(results, result => Assert.Equal(results[0], result));
    }

    [Fact]
    public void The_naive_product_is_what_a_pencil_makes_it()
    {
        float[] a = [1, 2, 3, 4, 5, 6];
        float[] b = [1, -1, 2, 0, 3, 1];
        float[] c = [100, 200, 300, 400];

        // 1 2 3   1 -1    14  2
        // 4 5 6 · 2  0  = 32  2
        //         3  1
        NaiveSgemm.Multiply(a.AsSpan().AsSpan2D(2, 3), b.AsSpan().AsSpan2D(3, 2), c.AsSpan().AsSpan2D(2, 2), transposeA: false, transposeB: false, accumulate: true);
        Assert.Equal([114, 202, 332, 402], c);

        // The same numbers as 3×2 and 2×3, both read the other way:
        // 1 3 5    1 0     8 14
        // 2 4 6 · -1 3  = 10 18
        //          2 1
        NaiveSgemm.Multiply(a.AsSpan().AsSpan2D(3, 2), b.AsSpan().AsSpan2D(2, 3), c.AsSpan().AsSpan2D(2, 2), transposeA: true, transposeB: true, accumulate: false);
        Assert.Equal([8, 14, 10, 18], c);
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused()
    {
        var gemm = new Sgemm(new());
        ArgumentException error = Assert.Throws<ArgumentException>(() =>
            gemm.Multiply(new float[2, 3].AsSpan2D(), new float[4, 5].AsSpan2D(), new float[2, 5].AsSpan2D()));
        Assert.Contains("2×3 times 4×5 does not give 2×5", error.Message);
        Assert.Throws<ArgumentException>(() =>
            gemm.Multiply(new float[2, 3].AsSpan2D(), new float[3, 5].AsSpan2D(), new float[5, 2].AsSpan2D()));
    }

    [Fact]
    public void A_product_over_nothing_is_zero()
    {
        var gemm = new Sgemm(new());
        float[,] c = { { 1, 2 }, { 3, 4 } };
        gemm.Multiply(new float[2, 0].AsSpan2D(), new float[0, 2].AsSpan2D(), c.AsSpan2D(), accumulate: true);
        Assert.Equal(new float[,] { { 1, 2 }, { 3, 4 } }, c);
        gemm.Multiply(new float[2, 0].AsSpan2D(), new float[0, 2].AsSpan2D(), c.AsSpan2D());
        Assert.Equal(new float[2, 2], c);
        gemm.Multiply(new float[0, 3].AsSpan2D(), new float[3, 2].AsSpan2D(), new float[0, 2].AsSpan2D());
    }

    private static void AssertAgree(string tier, int threads, int rows, int columns, int depth, int gap)
    {
        var gemm = new Sgemm(ExecutionPaths.Options(tier, threads));
        for (int way = 0; way < 8; way++)
        {
            (bool transposeA, bool transposeB, bool accumulate) = ((way & 1) != 0, (way & 2) != 0, (way & 4) != 0);
            (int heightA, int widthA) = transposeA ? (depth, rows) : (rows, depth);
            (int heightB, int widthB) = transposeB ? (columns, depth) : (depth, columns);

            float[] Run(bool absolute, Multiplication multiply, GuardSide side)
            {
                using var memory = new GuardedMemory(side);
                var random = new RandomValues(seed: 5, absolute);
                ReadOnlySpan<float> a = memory.Hold(Gapped(random, heightA, widthA, gap));
                ReadOnlySpan<float> b = memory.Hold(Gapped(random, heightB, widthB, gap));
                Span<float> c = memory.Allocate(Gapped(random, rows, columns, gap));
                multiply(Matrix(a, heightA, widthA, gap), Matrix(b, heightB, widthB, gap), Span2D<float>.DangerousCreate(ref c[0], rows, columns, gap));
                memory.AssertIntact();
                for (int row = 0; row < rows - 1; row++)
                {
                    Assert.All(c.Slice((row * (columns + gap)) + columns, gap).ToArray(), value => Assert.True(GuardedMemory.IsCanary(value)));
                }

                return Span2D<float>.DangerousCreate(ref c[0], rows, columns, gap).ToArray().Cast<float>().ToArray();
            }

            Multiplication naive = (a, b, c) => NaiveSgemm.Multiply(a, b, c, transposeA, transposeB, accumulate);
            float[] reference = Run(absolute: false, naive, GuardSide.Behind);
            float[] magnitudes = Run(absolute: true, naive, GuardSide.Behind);
            foreach (GuardSide side in Enum.GetValues<GuardSide>())
            {
                float[] computed = Run(absolute: false, (a, b, c) => gemm.Multiply(a, b, c, transposeA, transposeB, accumulate), side);
                ScaledTolerance.AssertAgree($"{rows}×{columns}×{depth}, gap {gap}, way {way}", computed, reference, magnitudes);
            }
        }
    }

    private delegate void Multiplication(ReadOnlySpan2D<float> a, ReadOnlySpan2D<float> b, Span2D<float> c);

    private static ReadOnlySpan2D<float> Matrix(ReadOnlySpan<float> values, int height, int width, int gap) =>
        ReadOnlySpan2D<float>.DangerousCreate(in values[0], height, width, gap);

    /// <summary>Random rows with canaries between them, none behind the last.</summary>
    private static float[] Gapped(RandomValues random, int height, int width, int gap)
    {
        float[] values = new float[(height * (width + gap)) - gap];
        values.AsSpan().Fill(GuardedMemory.Canary);
        for (int row = 0; row < height; row++)
        {
            random.Next(width).CopyTo(values.AsSpan(row * (width + gap)));
        }

        return values;
    }
}

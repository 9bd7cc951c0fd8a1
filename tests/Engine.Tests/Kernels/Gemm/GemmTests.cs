using CifarFast.Engine.Kernels.Gemm;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tests.Execution;
using CsCheck;

namespace CifarFast.Engine.Tests.Kernels.Gemm;

/// <summary>The matrix product of every tier against the naive one, and that one against numbers worked out by hand.</summary>
public class GemmTests
{
    private static readonly int[] RowCounts = [1, 2, 5, 6, 7, 11, 12, 13, 24, 25];
    private static readonly int[] ColumnCounts = [1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33];

    public static TheoryData<string> Tiers => ExecutionPaths.Fast;

    [Theory]
    [MemberData(nameof(Tiers))]
    [Trait("Emulated", "yes")]
    public void Plain_products_agree_at_the_edges_of_tiles(string tier)
    {
        SpanGemm gemm = Create(tier);
        ForEachWay((biased, accumulate, paddedC) =>
        {
            foreach (int rows in RowCounts)
            {
                foreach (int columns in ColumnCounts)
                {
                    new GemmOperands(gemm, Plain(gemm, rows, columns, depth: 7, accumulate, paddedC), biased, paddedC).AssertAgree(deep: false);
                }
            }
        });
    }

    [Theory]
    [MemberData(nameof(Tiers))]
    public void Deep_products_agree_at_the_edges_of_their_blocks(string tier)
    {
        SpanGemm gemm = Create(tier);
        int block = PanelGemm.DepthBlock;
        ForEachWay((biased, accumulate, paddedC) =>
        {
            foreach (int depth in new[] { 1, block - 1, block, block + 1, (2 * block) + 1 })
            {
                foreach ((int rows, int columns) in new[] { (1, 1), (7, 17), (13, 32), (2, 33) })
                {
                    new GemmOperands(gemm, Plain(gemm, rows, columns, depth, accumulate, paddedC), biased, paddedC).AssertAgree(deep: true);
                }
            }
        });
    }

    /// <summary>B and C as rows of an image whose channels fill vectors but not panels: the panel beside the last one is not there.</summary>
    [Theory]
    [MemberData(nameof(Tiers))]
    public void Operands_need_no_panels_where_columns_fill_vectors(string tier)
    {
        SpanGemm gemm = Create(tier);
        for (int vectors = 1; vectors <= 5; vectors++)
        {
            int columns = vectors * gemm.VectorWidth;
            GemmGeometry geometry = Plain(gemm, rows: 7, columns, depth: 9, accumulate: false, paddedC: false)
                with
            { BPanel = gemm.PanelWidth, BStep = columns };
            new GemmOperands(gemm, geometry, biased: true, paddedC: false).AssertAgree(deep: false);
        }
    }

    /// <summary>A sum that goes on where another one ended is one sum, in every bit.</summary>
    [Theory]
    [MemberData(nameof(Tiers))]
    [Trait("Emulated", "yes")]
    public void A_product_that_is_continued_is_one_product(string tier)
    {
        const int half = 9;
        SpanGemm gemm = Create(tier);
        foreach (bool paddedC in new[] { false, true })
        {
            foreach (int rows in RowCounts)
            {
                foreach (int columns in ColumnCounts)
                {
                    GemmGeometry whole = Plain(gemm, rows, columns, depth: 2 * half, accumulate: false, paddedC);
                    int panels = (columns + gemm.PanelWidth - 1) / gemm.PanelWidth;
                    var random = new RandomValues((ulong)((rows * 100) + columns));
                    float[] a = random.Next((int)whole.ARow * rows);
                    float[] b = random.Next((int)whole.BPanel * panels);
                    float[] expected = new float[(rows * (int)whole.CRow * (paddedC ? panels : 1)) + gemm.PanelWidth];
                    float[] continued = (float[])expected.Clone();
                    gemm.Multiply(whole, a, b, bias: [], expected, paddedC);

                    GemmGeometry part = whole with { RunLength = half };
                    gemm.Multiply(part, a, b, bias: [], continued, paddedC);
                    gemm.Multiply(part with { Continue = true }, a.AsSpan(half), b.AsSpan(half * gemm.PanelWidth), bias: [], continued, paddedC);

                    Assert.Equal(expected, continued);
                }
            }
        }
    }

    /// <summary>A and B are only read, so their strides may be any; the elements of C must lie apart.</summary>
    [Theory]
    [MemberData(nameof(Tiers))]
    [Trait("Emulated", "yes")]
    public void Products_agree_for_any_strides(string tier)
    {
        SpanGemm gemm = Create(tier);
        Gen<int[]> sizes = Gen.Int[1, 5].Array[3];
        Gen<int[]> strides = Gen.Int[0, 40].Array[8];
        Gen.Select(sizes, Gen.Int[1, 26], Gen.Int[1, 70], strides, Gen.Bool.Array[3]).Sample((size, rows, columns, stride, way) =>
        {
            (bool biased, bool accumulate, bool paddedC) = (way[0], way[1], way[2]);
            int rowWidth = (paddedC ? gemm.PanelWidth : columns) + stride[6];
            int segmentLength = (rows * rowWidth) + stride[7];
            var geometry = new GemmGeometry
            {
                Segments = size[0],
                Rows = rows,
                Columns = columns,
                Runs = size[1],
                RunLength = size[2],
                ASegment = stride[0],
                ARow = stride[1],
                ARun = stride[2],
                AStep = stride[3],
                BPanel = stride[4],
                BRun = stride[5],
                BStep = stride[0] + stride[5],
                CPanel = paddedC ? size[0] * segmentLength : gemm.PanelWidth,
                CSegment = segmentLength,
                CRow = rowWidth,
                Accumulate = accumulate,
            };
            new GemmOperands(gemm, geometry, biased, paddedC).AssertAgree(deep: false);
        }, iter: 300);
    }

    [Fact]
    public void The_naive_product_is_what_a_pencil_makes_it()
    {
        // Two segments of one row and two runs of one step are a 2×2 matrix; C lies in panels of one column.
        var geometry = new GemmGeometry
        {
            Segments = 2,
            Rows = 1,
            Columns = 2,
            Runs = 2,
            RunLength = 1,
            ASegment = 2,
            ARun = 1,
            BPanel = 1,
            BRun = 2,
            CPanel = 2,
            CSegment = 1,
        };
        float[] c = [100, 200, 300, 400];

        // 1 2   5 6   19 22
        // 3 4 · 7 8 = 43 50, column after column
        NaiveGemm.Multiply(geometry, panelWidth: 1, [1, 2, 3, 4], [5, 6, 7, 8], bias: [], c);
        Assert.Equal([19, 43, 22, 50], c);
        NaiveGemm.Multiply(geometry with { Accumulate = true }, panelWidth: 1, [1, 2, 3, 4], [5, 6, 7, 8], bias: [0.5f, -0.5f], c);
        Assert.Equal([38.5f, 86.5f, 43.5f, 99.5f], c);
    }

    /// <summary>A plain matrix product whose A has a gap behind every row, and whose C has one where it is not padded.</summary>
    private static GemmGeometry Plain(SpanGemm gemm, int rows, int columns, int depth, bool accumulate, bool paddedC) => new()
    {
        Segments = 1,
        Rows = rows,
        Columns = columns,
        Runs = 1,
        RunLength = depth,
        ARow = depth + 3,
        AStep = 1,
        BPanel = depth * gemm.PanelWidth,
        BStep = gemm.PanelWidth,
        CPanel = paddedC ? rows * gemm.PanelWidth : gemm.PanelWidth,
        CRow = paddedC ? gemm.PanelWidth : columns + 2,
        Accumulate = accumulate,
    };

    private static SpanGemm Create(string tier) => new(PanelGemm.For(SimdTiers.Resolve(tier)));

    private static void ForEachWay(Action<bool, bool, bool> action)
    {
        foreach (bool biased in new[] { false, true })
        {
            foreach (bool accumulate in new[] { false, true })
            {
                action(biased, accumulate, false);
                action(biased, accumulate, true);
            }
        }
    }
}

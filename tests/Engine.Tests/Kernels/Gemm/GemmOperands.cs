using CifarFast.Engine.Kernels.Gemm;

namespace CifarFast.Engine.Tests.Kernels.Gemm;

/// <summary>
/// The operands of a product, exactly as long as the product may read and write, and C where it does not: whole vectors of B,
/// bias and padded C in every panel, and <see cref="GemmGeometry.Columns"/> of C elsewhere.
/// </summary>
internal sealed class GemmOperands(SpanGemm gemm, GemmGeometry geometry, bool biased, bool paddedC)
{
    private int Panels => (geometry.Columns + gemm.PanelWidth - 1) / gemm.PanelWidth;

    /// <summary>Columns in whole vectors.</summary>
    private int VectorColumns => (geometry.Columns + gemm.VectorWidth - 1) / gemm.VectorWidth * gemm.VectorWidth;

    /// <summary>Fails where the product of the tier is not the naive one, or touches what it must not.</summary>
    public void AssertAgree(bool deep)
    {
        float[] reference = Reference(absolute: false);
        float[] magnitudes = Reference(absolute: true);
        foreach (GuardSide side in Enum.GetValues<GuardSide>())
        {
            using var memory = new GuardedMemory(side);
            (float[] left, float[] right, float[] start, float[] result) = Numbers(absolute: false);
            ReadOnlySpan<float> a = memory.Hold(left);
            ReadOnlySpan<float> b = memory.Hold(right);
            ReadOnlySpan<float> bias = memory.Hold(start);
            Span<float> c = memory.Allocate(result);
            if (deep)
            {
                gemm.MultiplyDeep(geometry, a, b, biased ? bias : default, c, paddedC);
            }
            else
            {
                gemm.Multiply(geometry, a, b, biased ? bias : default, c, paddedC);
            }

            memory.AssertIntact();
            Compare(c, reference, magnitudes);
        }
    }

    /// <summary>Where an element of C lies; panels lie apart where C is padded.</summary>
    private int Place(int segment, int row, int column)
    {
        (int panel, int within) = Math.DivRem(column, gemm.PanelWidth);
        return (int)((segment * geometry.CSegment) + (row * geometry.CRow) + (panel * geometry.CPanel)) + within;
    }

    private float[] Reference(bool absolute)
    {
        (float[] a, float[] b, float[] bias, float[] c) = Numbers(absolute);
        NaiveGemm.Multiply(geometry, gemm.PanelWidth, a, b, biased ? bias : default, c);
        return c;
    }

    private (float[] A, float[] B, float[] Bias, float[] C) Numbers(bool absolute)
    {
        var random = new RandomValues(seed: 3, absolute);
        nint a = ((geometry.Segments - 1) * geometry.ASegment) + ((geometry.Rows - 1) * geometry.ARow)
            + ((geometry.Runs - 1) * geometry.ARun) + ((geometry.RunLength - 1) * geometry.AStep) + 1;
        // Where panels overlap, the last one, which may be narrower, need not be the one that reaches furthest.
        int lastColumns = VectorColumns - ((Panels - 1) * gemm.PanelWidth);
        nint furthest = Math.Max(((Panels - 1) * geometry.BPanel) + lastColumns, Panels > 1 ? ((Panels - 2) * geometry.BPanel) + gemm.PanelWidth : 0);
        nint b = ((geometry.Runs - 1) * geometry.BRun) + ((geometry.RunLength - 1) * geometry.BStep) + furthest;
        float[] c = new float[Place(geometry.Segments - 1, geometry.Rows - 1, geometry.Columns - 1) + 1
            + (paddedC ? VectorColumns - geometry.Columns : 0)];
        c.AsSpan().Fill(GuardedMemory.Canary);
        if (geometry.Accumulate)
        {
            float[] before = random.Next(geometry.Segments * geometry.Rows * geometry.Columns);
            ForEachElement((at, i) => c[at] = before[i]);
        }

        return (random.Next((int)a), random.Next((int)b), random.Next(VectorColumns), c);
    }

    /// <summary>Elements of C must agree; between and beside them nothing may have been written but padding.</summary>
    private void Compare(ReadOnlySpan<float> c, float[] reference, float[] magnitudes)
    {
        bool[] written = new bool[c.Length];
        float[][] elements = [.. Enumerable.Range(0, 3).Select(_ => new float[geometry.Segments * geometry.Rows * geometry.Columns])];
        float[] computed = c.ToArray();
        ForEachElement((at, i) =>
        {
            (elements[0][i], elements[1][i], elements[2][i]) = (computed[at], reference[at], magnitudes[at]);
            written[at] = true;
        });
        ScaledTolerance.AssertAgree($"C of {geometry}, biased {biased}, padded {paddedC}", elements[0], elements[1], elements[2]);
        for (int segment = 0; paddedC && segment < geometry.Segments; segment++)
        {
            for (int row = 0; row < geometry.Rows; row++)
            {
                for (int column = geometry.Columns; column < VectorColumns; column++)
                {
                    written[Place(segment, row, column)] = true;
                }
            }
        }

        for (int at = 0; at < c.Length; at++)
        {
            if (!written[at] && !GuardedMemory.IsCanary(c[at]))
            {
                Assert.Fail($"{c[at]} was written between the elements of C, at {at}");
            }
        }
    }

    private void ForEachElement(Action<int, int> action)
    {
        int i = 0;
        for (int segment = 0; segment < geometry.Segments; segment++)
        {
            for (int row = 0; row < geometry.Rows; row++)
            {
                for (int column = 0; column < geometry.Columns; column++)
                {
                    action(Place(segment, row, column), i++);
                }
            }
        }
    }
}

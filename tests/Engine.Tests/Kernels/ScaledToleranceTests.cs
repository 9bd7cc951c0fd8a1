using CifarFast.Engine.Kernels.Gemm;

namespace CifarFast.Engine.Tests.Kernels;

/// <summary>The tolerance must let rounding pass and nothing else.</summary>
public class ScaledToleranceTests
{
    private const int Rows = 4;
    private const int Columns = 5;
    private const int Depth = 600;

    private static readonly GemmGeometry Geometry = new()
    {
        Segments = 1,
        Rows = Rows,
        Columns = Columns,
        Runs = 1,
        RunLength = Depth,
        ARow = Depth,
        AStep = 1,
        BStep = Columns,
        CRow = Columns,
    };

    private readonly float[] _a = new RandomValues(seed: 5).Next(Rows * Depth);
    private readonly float[] _b = new RandomValues(seed: 6).Next(Depth * Columns);

    [Fact]
    public void The_same_sum_in_single_precision_and_from_the_last_to_the_first_is_accepted()
    {
        float[] forwards = new float[Rows * Columns];
        float[] backwards = new float[Rows * Columns];
        for (int i = 0; i < Rows * Columns; i++)
        {
            for (int k = 0; k < Depth; k++)
            {
                forwards[i] += Product(i, k);
                backwards[i] += Product(i, Depth - 1 - k);
            }
        }

        Assert.NotEqual(forwards, backwards);
        Compare(forwards);
        Compare(backwards);
    }

    [Fact]
    public void A_missing_product_is_rejected_wherever_it_is()
    {
        for (int k = 0; k < Depth; k += 37)
        {
            float[] computed = Multiply(_a, _b);
            int element = k % (Rows * Columns);
            computed[element] -= Product(element, k);
            AssertRejected(computed);
        }
    }

    [Fact]
    public void An_element_that_is_a_ten_thousandth_off_is_rejected()
    {
        float[] right = Multiply(_a, _b);
        int largest = Array.IndexOf(right, right.MaxBy(Math.Abs));
        foreach (float factor in new[] { 1 + 1e-4f, 1 - 1e-4f, -1 })
        {
            float[] computed = [.. right];
            computed[largest] *= factor;
            AssertRejected(computed);
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void What_is_no_number_is_rejected(float value)
    {
        float[] computed = Multiply(_a, _b);
        computed[^1] = value;
        AssertRejected(computed);
    }

    [Fact]
    public void A_sum_of_nothing_must_be_zero()
    {
        ScaledTolerance.AssertAgree("zero", [0], [0], [0]);
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => ScaledTolerance.AssertAgree("zero", [1e-30f], [0], [0]));
    }

    [Fact]
    public void Results_of_another_length_or_name_are_rejected()
    {
        NamedValues[] right = [new NamedValues("a", [1, 2])];
        ScaledTolerance.AssertAgree(right, right, right);
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => ScaledTolerance.AssertAgree([new NamedValues("a", [1])], right, right));
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => ScaledTolerance.AssertAgree([new NamedValues("b", [1, 2])], right, right));
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => ScaledTolerance.AssertAgree([], right, right));
    }

    private static float[] Multiply(float[] a, float[] b)
    {
        float[] c = new float[Rows * Columns];
        NaiveGemm.Multiply(Geometry, Columns, a, b, bias: [], c);
        return c;
    }

    private float Product(int element, int k) => _a[(element / Columns * Depth) + k] * _b[(k * Columns) + (element % Columns)];

    private void AssertRejected(float[] computed) => Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Compare(computed));

    private void Compare(float[] computed) => ScaledTolerance.AssertAgree(
        "C", computed, Multiply(_a, _b), Multiply([.. _a.Select(Math.Abs)], [.. _b.Select(Math.Abs)]));
}

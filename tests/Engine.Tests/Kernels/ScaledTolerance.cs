namespace CifarFast.Engine.Tests.Kernels;

/// <summary>
/// Whether sums of products agree but for rounding: an element may be off by a few roundings of the sum of its products'
/// absolute values, which is what it could be off by however its products are added up. Where all products are zero it must be
/// exact.
/// </summary>
internal static class ScaledTolerance
{
    /// <summary>Roundings of the whole sum; random signs make about one, whatever the number of products.</summary>
    public const double Factor = 6;

    /// <summary>The distance from 1 to the next float.</summary>
    public const double Epsilon = 1.0 / (1 << 23);

    /// <summary>Fails at the first element that is not within the tolerance, or is no number.</summary>
    /// <param name="name">What is compared.</param>
    /// <param name="computed">The result under test.</param>
    /// <param name="reference">The same from the reference.</param>
    /// <param name="magnitudes">The reference's result where every number that goes in is replaced by its absolute value.</param>
    public static void AssertAgree(string name, ReadOnlySpan<float> computed, ReadOnlySpan<float> reference, ReadOnlySpan<float> magnitudes)
    {
        Assert.Equal(reference.Length, computed.Length);
        Assert.Equal(reference.Length, magnitudes.Length);
        for (int i = 0; i < computed.Length; i++)
        {
            double difference = Math.Abs(computed[i] - (double)reference[i]);
            double allowed = Factor * Epsilon * magnitudes[i];
            if (!(difference <= allowed))
            {
                Assert.Fail($"{name}[{i}]: computed {computed[i]:G9}, reference {reference[i]:G9}, off by {difference:G3}, allowed {allowed:G3}");
            }
        }
    }

    /// <summary>Compares all results of a kernel.</summary>
    public static void AssertAgree(
        IReadOnlyList<NamedValues> computed, IReadOnlyList<NamedValues> reference, IReadOnlyList<NamedValues> magnitudes)
    {
        Assert.Equal(reference.Select(values => values.Name), computed.Select(values => values.Name));
        for (int i = 0; i < computed.Count; i++)
        {
            AssertAgree(computed[i].Name, computed[i].Values, reference[i].Values, magnitudes[i].Values);
        }
    }
}

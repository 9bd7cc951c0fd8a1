namespace CifarFast.Engine.Tests.Kernels.Convolution;

/// <summary>
/// Whether the results of Winograd's convolution agree with a reference but for rounding. An output is a sum over the whole window
/// of its tile, of which what it does not depend on cancels, so it may be off by roundings of the largest sum of absolute products of
/// the sample instead of those of its own. There are more of them than in <see cref="ScaledTolerance"/>, because what cancels is
/// larger than what is left: a transformed input is up to 10² times an input, and up to 19² times a product goes into an output.
/// Those are bounds (the largest sums of the rows of |Bᵀ| and |Aᵀ|) that no numbers reach together; random ones were seen to come to
/// a sixth of <see cref="Factor"/> with 64 channels and to half of it with one. Gradients are the direct algorithm's.
/// </summary>
internal static class WinogradTolerance
{
    /// <summary>Roundings of the largest sum of absolute products of a sample: 8e-6 of it.</summary>
    public const double Factor = 64;

    /// <summary>Compares all passes.</summary>
    public static void AssertAgree(
        IReadOnlyList<NamedValues> computed, IReadOnlyList<NamedValues> reference, IReadOnlyList<NamedValues> magnitudes) =>
        ScaledTolerance.AssertAgree(computed, reference, [.. magnitudes.Select(Widen)]);

    private static NamedValues Widen(NamedValues magnitudes)
    {
        if (magnitudes.Name.StartsWith("bias", StringComparison.Ordinal))
        {
            return magnitudes;
        }

        float allowed = magnitudes.Values.Max() * (float)(Factor / ScaledTolerance.Factor);
        return magnitudes with { Values = [.. Enumerable.Repeat(allowed, magnitudes.Values.Length)] };
    }
}

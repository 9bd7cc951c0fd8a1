namespace CifarFast.Engine.Tests.Kernels.Convolution;

/// <summary>
/// Whether the results of Winograd's convolution agree with a reference but for rounding. An output is a sum over the whole window
/// of its tile, of which what it does not depend on cancels, so it may be off by roundings of the largest sum of absolute products of
/// the sample instead of those of its own. There are more of them than in <see cref="ScaledTolerance"/>, because what cancels is
/// larger than what is left. What that is on numbers of a real network, <see cref="WinogradErrorTests"/> says; here numbers are random, with signs at
/// random and without, and shapes are odd. A bias gradient is the sum of the output's gradient, whatever the algorithm.
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

namespace CifarFast.Engine.Tests.Kernels;

/// <summary>Results that are not rounded: every element equals the reference's, zeros of either sign and NaN among themselves.</summary>
internal static class Exactly
{
    /// <summary>Fails at the first element that differs.</summary>
    public static void AssertEqual(string name, ReadOnlySpan<float> computed, ReadOnlySpan<float> reference)
    {
        Assert.Equal(reference.Length, computed.Length);
        for (int i = 0; i < computed.Length; i++)
        {
            if (computed[i] != reference[i] && !(float.IsNaN(computed[i]) && float.IsNaN(reference[i])))
            {
                Assert.Fail($"{name}[{i}]: computed {computed[i]:G9}, reference {reference[i]:G9}");
            }
        }
    }
}

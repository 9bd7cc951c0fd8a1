namespace CifarFast.Engine.Tests.Kernels;

/// <summary>Whether a kernel refuses spans that are too short, whichever of them it is.</summary>
internal static class ShortSpans
{
    /// <summary>
    /// Runs with spans of the right lengths, which must go well, and then once for each of them with that one a float shorter,
    /// which must be refused.
    /// </summary>
    public static void AssertRefused(Memory<float>[] spans, Action<Memory<float>[]> run)
    {
        run(spans);
        for (int i = 0; i < spans.Length; i++)
        {
            Memory<float>[] shorter = [.. spans];
            shorter[i] = shorter[i][..^1];
            Exception? error = Record.Exception(() => run(shorter));
            Assert.True(error is ArgumentException, $"span {i} one float too short: {error?.GetType().Name ?? "nothing"} was thrown");
        }
    }
}

namespace CifarFast.Engine.Kernels.Reduction;

/// <summary>Sums in a fixed order.</summary>
internal static class OrderedSum
{
    /// <summary>Adds numbers up from the first to the last, so that the sum does not depend on who made which of them.</summary>
    public static double Of(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
        {
            sum += value;
        }

        return sum;
    }
}

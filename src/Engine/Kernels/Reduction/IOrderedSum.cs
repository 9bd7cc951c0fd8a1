namespace CifarFast.Engine.Kernels.Reduction;

/// <summary>Adds rows up, always from the first to the last, so that the sum does not depend on who made the rows.</summary>
internal interface IOrderedSum
{
    /// <summary>Writes the sum of <paramref name="count"/> rows that start <paramref name="stride"/> floats apart.</summary>
    void Sum(ReadOnlySpan<float> rows, int stride, int count, Span<float> sum);
}

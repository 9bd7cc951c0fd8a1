namespace CifarFast.Engine.Execution;

/// <summary>Memory of a <see cref="BatchReduction"/> for a sum.</summary>
/// <param name="number">Which memory it is.</param>
/// <param name="sum">The memory.</param>
internal readonly ref struct ReductionBuffer(int number, Span<float> sum)
{
    /// <summary>Which memory it is.</summary>
    public int Number { get; } = number;

    /// <summary>The memory.</summary>
    public Span<float> Sum { get; } = sum;
}

namespace CifarFast.Engine.Operators;

/// <summary>What a <see cref="SampleOperator"/> reads and writes in a forward pass.</summary>
internal readonly ref struct SampleValues
{
    /// <summary>The sample's place in the batch; where there are several, the first one's.</summary>
    public required int Sample { get; init; }

    /// <summary>How many samples: all spans but the scratch hold so many, at the strides of their layouts.</summary>
    public required int Samples { get; init; }

    /// <summary>Which of the inputs: an operator of several is called once for each, in order.</summary>
    public required int Index { get; init; }

    /// <summary>The sample of that input.</summary>
    public required ReadOnlySpan<float> Input { get; init; }

    /// <summary>The sample's output; the same memory as the first input for an operator in place.</summary>
    public required Span<float> Output { get; init; }

    /// <summary>What it leaves for its backward pass; empty where there will be none.</summary>
    public required Span<float> Saved { get; init; }

    /// <summary>The scratch the operator asked for.</summary>
    public required Span<float> Scratch { get; init; }
}

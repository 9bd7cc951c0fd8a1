using CifarFast.Engine.Kernels;

namespace CifarFast.Engine.Operators;

/// <summary>What a <see cref="SampleOperator"/> reads and writes in a backward pass.</summary>
internal readonly ref struct SampleGradients
{
    /// <summary>The sample's place in the batch; where there are several, the first one's.</summary>
    public required int Sample { get; init; }

    /// <summary>How many samples: all spans of values and gradients hold so many, at the strides of their layouts.</summary>
    public required int Samples { get; init; }

    /// <summary>Whether these are the last samples of a shard, so that <see cref="Parameters"/> must hold its sums after the call.</summary>
    public required bool EndsShard { get; init; }

    /// <summary>Which of the inputs: an operator of several is called once for each, in order.</summary>
    public required int Index { get; init; }

    /// <summary>The sample of that input; anything where the layer's backward pass does not read it.</summary>
    public required ReadOnlySpan<float> InputValues { get; init; }

    /// <summary>The sample's output; anything where the layer's backward pass does not read it.</summary>
    public required ReadOnlySpan<float> OutputValues { get; init; }

    /// <summary>What the forward pass left.</summary>
    public required ReadOnlySpan<float> Saved { get; init; }

    /// <summary>The gradient with respect to the output; an operator in place overwrites it with that of its first input.</summary>
    public required Span<float> Output { get; init; }

    /// <summary>That with respect to the input, to be overwritten; empty where it is not wanted.</summary>
    public required Span<float> Input { get; init; }

    /// <summary>That with respect to the parameters, one after another.</summary>
    public required Span<float> Parameters { get; init; }

    /// <summary>What becomes of what is in <see cref="Parameters"/>.</summary>
    public required Accumulation Accumulation { get; init; }

    /// <summary>The scratch the operator asked for.</summary>
    public required Span<float> Scratch { get; init; }
}

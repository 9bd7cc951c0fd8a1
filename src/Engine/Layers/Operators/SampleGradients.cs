namespace CifarFast.Engine.Layers.Operators;

/// <summary>The gradients a <see cref="SampleOperator"/> reads and writes in a backward pass.</summary>
internal readonly ref struct SampleGradients
{
    /// <summary>With respect to the output; an operator in place overwrites it with that of the input.</summary>
    public required Span<float> Output { get; init; }

    /// <summary>With respect to the input, to be overwritten; empty where nobody wants it.</summary>
    public required Span<float> Input { get; init; }

    /// <summary>With respect to the parameters, one after another.</summary>
    public required Span<float> Parameters { get; init; }

    /// <summary>Whether to add to <see cref="Parameters"/>; else they are overwritten.</summary>
    public required bool Accumulate { get; init; }

    /// <summary>The scratch the operator asked for.</summary>
    public required Span<float> Scratch { get; init; }
}

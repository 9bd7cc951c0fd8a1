using CifarFast.Engine.Layers.Operators;

namespace CifarFast.Engine.Networks;

/// <summary>A layer in its place in a network.</summary>
internal sealed class Node
{
    /// <summary>Its place and kind, such as <c>2 Conv2d</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What computes it.</summary>
    public required Operator Operator { get; init; }

    /// <summary>What it reads.</summary>
    public required Slot Input { get; init; }

    /// <summary>What it writes; the same as <see cref="Input"/> in place.</summary>
    public required Slot Output { get; init; }

    /// <summary>Whether anybody wants the gradient of the input.</summary>
    public required bool NeedsInputGradient { get; init; }

    /// <summary>Where its parameters start in the network's buffer of all parameters.</summary>
    public int ParameterOffset { get; set; }

    /// <summary>Floats of its parameters as stored.</summary>
    public int ParameterLength { get; init; }

    /// <summary>Where its scratch of the forward pass starts in a <see cref="Workspace"/>.</summary>
    public int ForwardScratchOffset { get; set; }

    /// <summary>Where its scratch of the backward pass starts in a <see cref="Workspace"/>.</summary>
    public int ScratchOffset { get; set; }
}

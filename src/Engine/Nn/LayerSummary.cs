using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Nn;

/// <summary>A row of a network's summary table.</summary>
/// <param name="Name">The layer's place and kind, such as <c>0 Conv2d</c>.</param>
/// <param name="Description">The layer with its options, such as <c>Conv2d(3→16, 3×3, padding 1)</c>.</param>
/// <param name="OutputShape">What it makes of one sample.</param>
/// <param name="Parameters">How many numbers it learns.</param>
/// <param name="MultiplyAdds">Multiply-adds of its forward pass for one sample.</param>
public sealed record LayerSummary(string Name, string Description, Shape OutputShape, long Parameters, long MultiplyAdds)
{
    /// <summary>Whether training leaves all that the layer has as it is.</summary>
    public bool IsFrozen { get; init; }
}

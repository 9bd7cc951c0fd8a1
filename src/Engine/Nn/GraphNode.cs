namespace CifarFast.Engine.Nn;

/// <summary>A layer in its place in a network.</summary>
/// <param name="Path">Its name, as PyTorch has it: <c>3.body.0</c>.</param>
/// <param name="Layer">The layer.</param>
/// <param name="Inputs">The values that it reads, in the layer's order.</param>
/// <param name="Output">The value that it writes.</param>
/// <param name="IsFrozen">Whether training leaves its parameters as they are.</param>
internal sealed record GraphNode(string Path, Layer Layer, IReadOnlyList<int> Inputs, int Output, bool IsFrozen);

namespace CifarFast.Engine.Nn;

/// <summary>A layer in its place in a network.</summary>
/// <param name="Path">Its name, as PyTorch has it: <c>3.body.0</c>.</param>
/// <param name="Layer">The layer.</param>
/// <param name="Inputs">The values that it reads, in the layer's order.</param>
/// <param name="Output">The value that it writes.</param>
/// <param name="Frozen">The names of parameters that training leaves as they are; null among them stands for all.</param>
internal sealed record GraphNode(string Path, Layer Layer, IReadOnlyList<int> Inputs, int Output, IReadOnlyList<string?> Frozen)
{
    /// <summary>Whether training leaves all its parameters as they are.</summary>
    public bool IsFrozen => Frozen.Contains(null);

    /// <summary>Whether training leaves the parameter of this name as it is.</summary>
    public bool Freezes(string parameter) => IsFrozen || Frozen.Contains(parameter);
}

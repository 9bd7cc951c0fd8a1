namespace CifarFast.Engine.Tensors;

/// <summary>What an operator asks for as a parameter or a buffer.</summary>
/// <param name="Name">The name within the layer: <c>weight</c> or <c>bias</c>.</param>
/// <param name="Shape">The shape as PyTorch has it.</param>
/// <param name="Layout">How the algorithm keeps it.</param>
/// <param name="FanIn">Inputs that an output is a sum over, for He-normal initial values; 0 for zeros.</param>
internal sealed record ParameterSpec(string Name, Shape Shape, ParameterLayout Layout, int FanIn)
{
    /// <summary>What all elements are at first, where they are not drawn at random.</summary>
    public float InitialValue { get; init; }

    /// <summary>Whether a buffer only counts, so that its average over steps would be nothing.</summary>
    public bool IsCount { get; init; }
}

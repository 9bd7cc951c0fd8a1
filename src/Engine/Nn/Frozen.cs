namespace CifarFast.Engine.Nn;

/// <summary>A module whose parameters training leaves as they are: PyTorch's <c>requires_grad = False</c>. Names are those without it.</summary>
/// <param name="Module">The module.</param>
public sealed record Frozen(Module Module) : Module
{
    /// <inheritdoc/>
    public override string ToString() => $"Frozen({Module})";

    internal override int Lower(GraphBuilder graph, string path, int input)
    {
        using (graph.Freeze())
        {
            return Module.Lower(graph, path, input);
        }
    }
}

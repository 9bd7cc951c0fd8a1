namespace CifarFast.Engine.Nn;

/// <summary>A module whose parameters training leaves as they are: PyTorch's <c>requires_grad = False</c>. Names are those without it.</summary>
/// <param name="Module">The module.</param>
/// <param name="Parameter">Of each layer only the parameter of this name, such as <c>weight</c>; null for all.</param>
public sealed record Frozen(Module Module, string? Parameter = null) : Module
{
    /// <inheritdoc/>
    public override string ToString() => Parameter is null ? $"Frozen({Module})" : $"Frozen({Module}, {Parameter})";

    internal override int Lower(GraphBuilder graph, string path, int input)
    {
        using (graph.Freeze(Parameter))
        {
            return Module.Lower(graph, path, input);
        }
    }

    internal override Module Replace(string path, Func<string, Layer, Module> replace) => this with { Module = Module.Replace(path, replace) };
}

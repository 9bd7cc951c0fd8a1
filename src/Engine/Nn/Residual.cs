namespace CifarFast.Engine.Nn;

/// <summary>
/// <c>body(x) + shortcut(x)</c> (He, Zhang, Ren and Sun 2016, "Deep Residual Learning for Image Recognition"). The modules are called
/// <c>body</c> and <c>shortcut</c>.
/// </summary>
/// <param name="Body">What is learnt beside the shortcut.</param>
/// <param name="Shortcut">What leads past it, where the shape changes; null for x itself.</param>
public sealed record Residual(Module Body, Module? Shortcut = null) : Module
{
    /// <inheritdoc/>
    public override string ToString() => Shortcut is null ? $"Residual({Body})" : $"Residual({Body}, {Shortcut})";

    internal override int Lower(GraphBuilder graph, string path, int input)
    {
        int body = Body.Lower(graph, Join(path, "body"), input);
        int shortcut = Shortcut?.Lower(graph, Join(path, "shortcut"), input) ?? input;
        return graph.Add(Join(path, "add"), new Add(), body, shortcut);
    }

    internal override Module Replace(string path, Func<string, Layer, Module> replace) =>
        new Residual(Body.Replace(Join(path, "body"), replace), Shortcut?.Replace(Join(path, "shortcut"), replace));
}

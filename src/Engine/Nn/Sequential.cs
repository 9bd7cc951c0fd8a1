namespace CifarFast.Engine.Nn;

/// <summary>Modules in a row, each reading what the one before it writes: PyTorch's <c>nn.Sequential</c>. They are called 0, 1, 2, …</summary>
/// <param name="Modules">The modules, the first one nearest to the input.</param>
public sealed record Sequential(params IReadOnlyList<Module> Modules) : Module
{
    /// <summary>The modules, the first one nearest to the input.</summary>
    /// <exception cref="ArgumentException">One is null.</exception>
    public IReadOnlyList<Module> Modules { get; } = !Modules.Contains(null!) ? Modules : throw new ArgumentException("a module is null", nameof(Modules));

    /// <summary>Whether both have equal modules in the same order.</summary>
    public bool Equals(Sequential? other) => other is not null && Modules.SequenceEqual(other.Modules);

    /// <inheritdoc/>
    public override int GetHashCode() => Modules.Aggregate(Modules.Count, HashCode.Combine);

    /// <inheritdoc/>
    public override string ToString() => $"Sequential({string.Join(", ", Modules)})";

    internal override int Lower(GraphBuilder graph, string path, int input)
    {
        for (int i = 0; i < Modules.Count; i++)
        {
            input = Modules[i].Lower(graph, Join(path, $"{i}"), input);
        }

        return input;
    }

    internal override Module Replace(string path, Func<string, Layer, Module> replace) =>
        new Sequential([.. Modules.Select((module, i) => module.Replace(Join(path, $"{i}"), replace))]);
}

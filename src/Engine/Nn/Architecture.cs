using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Nn;

/// <summary>A network as data: a name, the shape of what goes in, and modules in a row, checked against each other.</summary>
public sealed class Architecture
{
    /// <summary>Kept, as every checkpoint has it.</summary>
    private readonly Lazy<string?> _json;

    /// <summary>Checks the modules against each other.</summary>
    /// <param name="name">The name a person chooses the network by.</param>
    /// <param name="inputShape">A sample: channels × height × width, or features.</param>
    /// <param name="modules">The modules, the first one nearest to the input, as in a <see cref="Sequential"/>.</param>
    /// <exception cref="ShapeException">A layer cannot take what the one before it gives; the message names the layer and both shapes.</exception>
    /// <exception cref="ArgumentException">There is no layer.</exception>
    public Architecture(string name, Shape inputShape, params IReadOnlyList<Module> modules)
    {
        Name = name;
        _json = new Lazy<string?>(() => ArchitectureJson.Write(this));
        Module = new Sequential([.. modules]);
        var builder = new GraphBuilder(inputShape);
        try
        {
            Graph = builder.Build(Module.Lower(builder, path: "", Graph.Input));
        }
        catch (ShapeException error)
        {
            throw new ShapeException($"{name}, {error.Message}");
        }

        if (Graph.Nodes.Count == 0)
        {
            throw new ArgumentException("a network needs a layer", nameof(modules));
        }

        Layers = [.. Graph.Nodes.Select(node => node.Layer)];
        Summary = [.. Graph.Nodes.Select(node => new LayerSummary(
            $"{node.Path} {node.Layer.Kind}",
            node.Layer.ToString(),
            Graph.Shapes[node.Output],
            node.Layer.ParameterCount,
            node.Layer.MultiplyAdds(Graph.Shapes[node.Inputs[0]])))];
    }

    /// <summary>The name a person chooses it by.</summary>
    public string Name { get; }

    /// <summary>The modules.</summary>
    public Sequential Module { get; }

    /// <summary>All layers, those within other modules included, in an order in which they can be computed.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>The shape of a sample that goes in.</summary>
    public Shape InputShape => Graph.Shapes[Graph.Input];

    /// <summary>The shape of a sample that comes out.</summary>
    public Shape OutputShape => Graph.Shapes[Graph.Output];

    /// <summary>A row a layer, in the order of <see cref="Layers"/>.</summary>
    public IReadOnlyList<LayerSummary> Summary { get; }

    /// <summary>The network that <see cref="ToJson"/> described.</summary>
    /// <exception cref="FormatException">The text, which is not trusted, describes no network; the message says why.</exception>
    public static Architecture FromJson(ReadOnlySpan<byte> json) => ArchitectureJson.Read(json);

    /// <summary>The network as JSON: name, input and the tree of its modules, each with its kind and its numbers; null where that cannot be read back: a module is not of the engine, or the name is empty, over 100 characters long, or has control characters.</summary>
    public string? ToJson() => _json.Value;

    /// <summary>The layers with the values between them.</summary>
    internal Graph Graph { get; }
}

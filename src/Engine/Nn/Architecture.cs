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
            node.Layer.MultiplyAdds(Graph.Shapes[node.Inputs[0]]))
        {
            IsFrozen = node.Layer is FrozenBatchNorm2d || (node.IsFrozen && node.Layer.ParameterCount > 0),
        })];
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

    /// <summary>
    /// The same network, of which training leaves parameters as they are: those whose names begin with one of <paramref name="prefixes"/>. A batch
    /// normalisation all of which is meant keeps its running statistics, too, and normalises by them, in training as after it
    /// (<see cref="FrozenBatchNorm2d"/>). Names and shapes of what there is stay, but for <c>num_batches_tracked</c> of these normalisations.
    /// </summary>
    /// <param name="prefixes">Beginnings of names, such as <c>0.</c>, <c>3.body.</c> or <c>1.weight</c>.</param>
    /// <exception cref="ArgumentException">No parameter's name begins so; the message has the beginnings that there are.</exception>
    public Architecture Freeze(params IReadOnlyList<string> prefixes)
    {
        if (FindFault(prefixes) is string fault)
        {
            throw new ArgumentException(fault, nameof(prefixes));
        }

        Dictionary<string, GraphNode> nodes = Graph.Nodes.ToDictionary(node => node.Path);
        return prefixes.Count == 0 ? this : Replace((path, layer) =>
        {
            string[] meant = [.. layer.ParameterNames.Where(name => IsMeant($"{path}.{name}", prefixes))];
            return meant.Length == 0 ? layer
                : layer is BatchNorm2d norm && meant.Length == layer.ParameterNames.Count ? new FrozenBatchNorm2d(norm.Features, norm.Epsilon)
                : layer.ParameterNames.All(name => meant.Contains(name) || nodes[path].Freezes(name)) ? new Frozen(layer)
                : meant.Aggregate((Module)layer, (module, name) => new Frozen(module, name));
        });
    }

    /// <summary>The layers with the values between them.</summary>
    internal Graph Graph { get; }

    /// <summary>The names of all parameters.</summary>
    internal IEnumerable<string> ParameterNames => Graph.Nodes.SelectMany(node => node.Layer.ParameterNames.Select(name => $"{node.Path}.{name}"));

    /// <summary>Where logits come from: the last linear layer, where it has an output a class; null where there is none.</summary>
    internal GraphNode? Head =>
        Graph.Nodes.LastOrDefault(node => node.Layer is Linear) is GraphNode { Layer: Linear linear } head && OutputShape == new Shape(linear.OutFeatures) ? head : null;

    /// <summary>Why parameters whose names begin so cannot be frozen, or null.</summary>
    internal string? FindFault(IReadOnlyList<string> prefixes)
    {
        if (prefixes.FirstOrDefault(prefix => !ParameterNames.Any(name => IsMeant(name, [prefix]))) is string unknown)
        {
            string known = string.Join(", ", ParameterNames.Select(name => $"{name.Split('.')[0]}.").Distinct());
            return $"'{unknown}': no parameter of the network {Name} has a name that begins so; they begin with {known}";
        }

        bool leavesNone = Graph.Nodes.All(node => node.Layer.ParameterNames.All(name => node.Freezes(name) || IsMeant($"{node.Path}.{name}", prefixes)));
        return prefixes.Count > 0 && leavesNone ? $"nothing of the network {Name} would be left to train" : null;
    }

    /// <summary>The same network for another number of classes.</summary>
    internal Architecture WithClasses(int classes) => Head is not GraphNode head ? this : Replace((path, layer) =>
        path == head.Path && layer is Linear linear ? new Linear(linear.InFeatures, classes, linear.Bias) : layer);

    /// <summary>The same network with the mean and the deviation of another one, wherever both have a <see cref="Normalize"/> of as many channels.</summary>
    internal Architecture WithNormalizeOf(Architecture other)
    {
        Dictionary<string, Layer> layers = other.Graph.Nodes.ToDictionary(node => node.Path, node => node.Layer);
        return Replace((path, layer) =>
            layer is Normalize own && layers.GetValueOrDefault(path) is Normalize given && given.Mean.Count == own.Mean.Count ? given : layer);
    }

    /// <summary>The same network with others in place of its layers, by their names.</summary>
    internal Architecture Replace(Func<string, Layer, Module> replace) => new(Name, InputShape, ((Sequential)Module.Replace("", replace)).Modules);

    private static bool IsMeant(string name, IReadOnlyList<string> prefixes) => prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));
}

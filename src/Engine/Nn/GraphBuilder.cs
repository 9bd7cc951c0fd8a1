using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Nn;

/// <summary>Puts a <see cref="Graph"/> together, checking every layer against the shapes it gets.</summary>
/// <param name="input">The shape of a sample that goes in.</param>
internal sealed class GraphBuilder(Shape input)
{
    private readonly List<GraphNode> _nodes = [];
    private readonly List<Shape> _shapes = [input];
    private readonly Stack<string?> _frozen = [];

    /// <summary>Adds a layer that reads <paramref name="inputs"/> and returns the value it writes.</summary>
    /// <exception cref="ShapeException">It cannot take these shapes.</exception>
    public int Add(string path, Layer layer, params IReadOnlyList<int> inputs)
    {
        try
        {
            _shapes.Add(layer.OutputShape([.. inputs.Select(value => _shapes[value])]));
        }
        catch (ShapeException error)
        {
            throw new ShapeException($"layer {path}: {error.Message}");
        }

        _nodes.Add(new GraphNode(path, layer, inputs, _shapes.Count - 1, [.. _frozen]));
        return _shapes.Count - 1;
    }

    /// <summary>Has a parameter of the layers that are added freeze, or all where it is null, until what it returns is disposed of.</summary>
    public IDisposable Freeze(string? parameter)
    {
        _frozen.Push(parameter);
        return new Thaw(this);
    }

    /// <summary>The graph, which gives <paramref name="output"/>.</summary>
    public Graph Build(int output) => new(_nodes, _shapes, output);

    private sealed class Thaw(GraphBuilder builder) : IDisposable
    {
        public void Dispose() => builder._frozen.Pop();
    }
}

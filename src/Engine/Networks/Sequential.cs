using CifarFast.Engine.Layers;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Networks;

/// <summary>A network as data: layers in a row, each checked against the shape it gets.</summary>
public sealed class Sequential
{
    private readonly Shape[] _shapes;

    /// <summary>Checks the layers against each other.</summary>
    /// <param name="name">The name a person chooses the network by.</param>
    /// <param name="inputShape">A sample: channels × height × width, or features.</param>
    /// <param name="layers">The layers, the first one nearest to the input.</param>
    /// <exception cref="ShapeException">A layer cannot take what the one before it gives; the message names the layer and both shapes.</exception>
    /// <exception cref="ArgumentException">There is no layer.</exception>
    public Sequential(string name, Shape inputShape, params IReadOnlyList<Layer> layers)
    {
        if (layers.Count == 0)
        {
            throw new ArgumentException("a network needs a layer", nameof(layers));
        }

        Name = name;
        Layers = [.. layers];
        _shapes = new Shape[layers.Count + 1];
        _shapes[0] = inputShape;
        for (int i = 0; i < layers.Count; i++)
        {
            try
            {
                _shapes[i + 1] = layers[i].OutputShape(_shapes[i]);
            }
            catch (ShapeException error)
            {
                throw new ShapeException($"{name}, layer {i}: {error.Message}");
            }
        }

        Summary = [.. Layers.Select((layer, i) =>
            new LayerSummary($"{i} {layer.Kind}", layer.ToString(), _shapes[i + 1], layer.ParameterCount, layer.MultiplyAdds(_shapes[i])))];
    }

    /// <summary>The name a person chooses it by.</summary>
    public string Name { get; }

    /// <summary>The layers, the first one nearest to the input.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>The shape of a sample that goes in.</summary>
    public Shape InputShape => _shapes[0];

    /// <summary>The shape of a sample that comes out.</summary>
    public Shape OutputShape => _shapes[^1];

    /// <summary>A row a layer.</summary>
    public IReadOnlyList<LayerSummary> Summary { get; }

    /// <summary>The shape that layer <paramref name="index"/> gets.</summary>
    internal Shape InputShapeOf(int index) => _shapes[index];
}

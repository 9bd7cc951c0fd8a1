using CifarFast.Engine.Layers;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Networks;

/// <summary>A network as data: layers in a row, each checked against the shape it gets.</summary>
public sealed class Sequential
{
    /// <summary>Checks the layers against each other.</summary>
    public Sequential(string name, Shape inputShape, params IReadOnlyList<Layer> layers) => throw new NotImplementedException();

    /// <summary>The name a person chooses it by.</summary>
    public string Name => throw new NotImplementedException();

    /// <summary>A row a layer.</summary>
    public IReadOnlyList<LayerSummary> Summary => throw new NotImplementedException();
}

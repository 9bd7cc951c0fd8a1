using CifarFast.Engine.Execution;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Checkpoints;

/// <summary>A parameter or buffer of a network under the name and in the shape that other programs know it by.</summary>
internal sealed class NamedParameter
{
    private readonly StateTensor _tensor;
    private readonly int[] _sizes;

    private NamedParameter(string name, StateTensor tensor, bool isReversed)
    {
        Name = name;
        IsReversed = isReversed;
        _tensor = tensor;
        _sizes = [.. Enumerable.Range(0, tensor.Shape.Rank).Select(axis => tensor.Shape[axis])];
        if (isReversed)
        {
            Array.Reverse(_sizes);
        }
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The sizes, outermost first.</summary>
    public ReadOnlySpan<int> Sizes => _sizes;

    /// <summary>Whether the axes come in the other order than PyTorch's.</summary>
    public bool IsReversed { get; }

    /// <summary>How many elements there are.</summary>
    public int Count => _tensor.Shape.Count;

    /// <summary>What to look for in a file.</summary>
    public TensorEntry Entry => new(Name, [.. _sizes], IsFloat: !_tensor.IsCount, IsInteger: _tensor.IsCount);

    /// <summary>Parameters and buffers as a PyTorch <c>state_dict</c> has them.</summary>
    public static IReadOnlyList<NamedParameter> PyTorch(Network network) =>
        [.. network.StateTensors.Select(tensor => new NamedParameter(tensor.Name, tensor, isReversed: false))];

    /// <summary>
    /// The parameters as programs in NumPy have them: <c>W1</c>, <c>W2</c>, … of the layers that have weights, in their order, then
    /// <c>B1</c>, <c>B2</c>, … Weights of a convolution are filters × channels × rows × columns, those of a linear layer in × out,
    /// for <c>x @ W</c>.
    /// </summary>
    /// <exception cref="CheckpointException">The network has other layers than such a program can be known to have.</exception>
    public static IReadOnlyList<NamedParameter> NumPy(Network network)
    {
        Dictionary<string, Parameter> parameters = network.Parameters.ToDictionary(parameter => parameter.Name);
        var weights = new List<NamedParameter>();
        var biases = new List<NamedParameter>();
        foreach (GraphNode node in network.Architecture.Graph.Nodes)
        {
            Layer layer = node.Layer;
            if (layer is Conv2d or Linear)
            {
                int number = weights.Count + 1;
                weights.Add(new NamedParameter(NumPyWeight(number), parameters[$"{node.Path}.weight"], isReversed: layer is Linear));
                biases.Add(new NamedParameter($"B{number}", parameters[$"{node.Path}.bias"], isReversed: false));
            }
            else if (layer is not (ReLU or MaxPool2d or Flatten))
            {
                throw new CheckpointException(
                    $"the network '{network.Architecture.Name}' has the layer {layer}; NumPy checkpoints are of convolutions, linear layers, ReLU, max-pooling and flattening only");
            }
        }

        return [.. weights, .. biases];
    }

    /// <summary>What programs in NumPy call the weights of a layer, counted from 1 among those that have any.</summary>
    public static string NumPyWeight(int number) => $"W{number}";

    /// <summary>Sets the values.</summary>
    /// <param name="values">As many as <see cref="Count"/>, row-major in <see cref="Sizes"/>.</param>
    public void CopyFrom(float[] values) => _tensor.CopyFrom(IsReversed ? Axes.Reverse(values, _sizes) : values);

    /// <summary>The values, row-major in <see cref="Sizes"/>.</summary>
    /// <exception cref="CheckpointException">They are not all finite, so they are of no use.</exception>
    public IEnumerable<double> Values()
    {
        float[] values = new float[Count];
        _tensor.CopyTo(values);
        return Array.TrueForAll(values, float.IsFinite)
            ? (IsReversed ? Axes.Reverse(values, [.. _sizes.Reverse()]) : values).Select(value => (double)value)
            : throw new CheckpointException($"the network cannot be saved: {Name} has values that are not finite numbers");
    }
}

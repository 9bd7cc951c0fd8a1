using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Layers;
using CifarFast.Engine.Networks;

namespace CifarFast.Engine.Formats.NumPy;

/// <summary>How a parameter of a network stands in a NumPy checkpoint.</summary>
internal sealed class NumPyTensor
{
    private readonly Parameter _parameter;
    private readonly int[] _sizes;
    private readonly int[] _strides;

    private NumPyTensor(string key, Parameter parameter, bool transposed)
    {
        Key = key;
        _parameter = parameter;
        _sizes = [.. Enumerable.Range(0, parameter.Shape.Rank).Select(axis => parameter.Shape[axis])];
        _strides = [.. _sizes.Select((_, axis) => _sizes[(axis + 1)..].Aggregate(1, (product, size) => product * size))];
        if (transposed)
        {
            Array.Reverse(_sizes);
            Array.Reverse(_strides);
        }
    }

    /// <summary>The name of the array.</summary>
    public string Key { get; }

    /// <summary>The sizes of the array, outermost first.</summary>
    public ReadOnlySpan<int> Sizes => _sizes;

    /// <summary>
    /// The parameters of a network: <c>W1</c>, <c>W2</c>, … of the layers that have weights, in their order, then <c>B1</c>,
    /// <c>B2</c>, … Weights of a convolution are filters × channels × rows × columns, those of a linear layer in × out.
    /// </summary>
    /// <exception cref="CheckpointException">The network has other layers than such a checkpoint can be of.</exception>
    public static IReadOnlyList<NumPyTensor> AllOf(Network network)
    {
        Dictionary<string, Parameter> parameters = network.Parameters.ToDictionary(parameter => parameter.Name);
        var weights = new List<NumPyTensor>();
        var biases = new List<NumPyTensor>();
        for (int i = 0; i < network.Architecture.Layers.Count; i++)
        {
            Layer layer = network.Architecture.Layers[i];
            if (layer is Conv2d or Linear)
            {
                int number = weights.Count + 1;
                weights.Add(new NumPyTensor(WeightKey(number), parameters[$"{i}.weight"], transposed: layer is Linear));
                biases.Add(new NumPyTensor($"B{number}", parameters[$"{i}.bias"], transposed: false));
            }
            else if (layer is not (ReLU or MaxPool2d or Flatten))
            {
                throw new CheckpointException(
                    $"the network '{network.Architecture.Name}' has the layer {layer}; NumPy checkpoints are of convolutions, linear layers, ReLU, max-pooling and flattening only");
            }
        }

        return [.. weights, .. biases];
    }

    /// <summary>The name of the weights of a layer, counted from 1 among those that have any.</summary>
    public static string WeightKey(int number) => $"W{number}";

    /// <summary>Reads the values in the order of the parameter, without touching it yet.</summary>
    /// <exception cref="FormatException">The array is of another shape or type, or has values that are no finite 32-bit floats.</exception>
    public float[] Read(NpyReader array)
    {
        NpyHeader header = array.Header;
        if (!header.Type.IsFloat || !Fits(header.Shape))
        {
            throw new FormatException($"is {header}, expected floats of {string.Join('×', _sizes)}: it was made for another network");
        }

        float[] values = new float[_parameter.Shape.Count];
        foreach ((double value, int place) in array.Elements().Zip(Places(header.FortranOrder)))
        {
            values[place] = (float)value;
            if (!float.IsFinite(values[place]))
            {
                throw new FormatException($"has the value {value:R}, which is no finite 32-bit number");
            }
        }

        return values;
    }

    /// <summary>Sets the parameter to what <see cref="Read"/> gave.</summary>
    public void Set(float[] values) => _parameter.CopyFrom(values);

    /// <summary>The values of the parameter in the order of the array.</summary>
    /// <exception cref="CheckpointException">They are not all finite, so nobody could use them.</exception>
    public IEnumerable<double> Values()
    {
        float[] values = new float[_parameter.Shape.Count];
        _parameter.CopyTo(values);
        return Array.TrueForAll(values, float.IsFinite)
            ? Places(firstAxisFastest: false).Select(place => (double)values[place])
            : throw new CheckpointException($"the network cannot be saved: {Key} has values that are not finite numbers");
    }

    /// <summary>A bias may lie along any axis, as it is added to rows of a matrix or to columns.</summary>
    private bool Fits(IReadOnlyList<long> shape) => _sizes.Length == 1
        ? shape.Where(size => size != 1).SequenceEqual(_sizes.Where(size => size != 1).Select(size => (long)size))
        : shape.SequenceEqual(_sizes.Select(size => (long)size));

    /// <summary>Where in the parameter's own order the elements of the array belong, one after another.</summary>
    private IEnumerable<int> Places(bool firstAxisFastest)
    {
        int[] fastestFirst = [.. Enumerable.Range(0, _sizes.Length)];
        if (!firstAxisFastest)
        {
            Array.Reverse(fastestFirst);
        }

        int[] index = new int[_sizes.Length];
        int place = 0;
        for (int left = _parameter.Shape.Count; left > 0; left--)
        {
            yield return place;
            foreach (int axis in fastestFirst)
            {
                place += _strides[axis];
                if (++index[axis] < _sizes[axis])
                {
                    break;
                }

                place -= _sizes[axis] * _strides[axis];
                index[axis] = 0;
            }
        }
    }
}

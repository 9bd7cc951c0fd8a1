using CifarFast.Engine.Execution;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Formats.Onnx;

/// <summary>
/// A network as a graph of ONNX: a node a layer, named by its path and kind, such as <c>0.Conv2d</c>; parameters with their own
/// names and shapes; the shape of every value, the number of samples left free.
/// </summary>
internal static class OnnxGraph
{
    /// <summary>The name of the free size.</summary>
    public const string BatchDimension = "N";

    /// <summary>Classes come right behind the samples.</summary>
    private const int ClassAxis = 1;

    /// <summary>
    /// Bytes of parameters that fit: a message of protocol buffers ends at 2 GiB (https://protobuf.dev/programming-guides/proto-limits/),
    /// and what is not parameters takes far less than 1 MiB.
    /// </summary>
    private const long MaxParameterBytes = int.MaxValue - (1 << 20);

    /// <summary>Describes a network as it is now.</summary>
    /// <param name="network">The network.</param>
    /// <param name="input">What the input wants to be, in words.</param>
    /// <param name="probabilities">Whether the softmax of the network's output is an output too.</param>
    /// <exception cref="OnnxException">A layer has no counterpart in ONNX, or the network is too large.</exception>
    public static GraphProto Build(Network network, string input, bool probabilities)
    {
        Architecture architecture = network.Architecture;
        CheckSize(architecture);
        var graph = new GraphProto { Name = architecture.Name };
        Graph layers = architecture.Graph;
        string[] values = new string[layers.Shapes.Count];
        values[Graph.Input] = OnnxModel.InputName;
        graph.Input.Add(Value(OnnxModel.InputName, architecture.InputShape, input));
        foreach (GraphNode layer in layers.Nodes)
        {
            bool isLast = layer.Output == layers.Output;
            string name = $"{layer.Path}.{layer.Layer.Kind}";
            values[layer.Output] = isLast ? OnnxModel.LogitsName : $"{name}.output";
            AddNodes(graph, network, layer, name, [.. layer.Inputs.Select(input => values[input])], values[layer.Output]);
            (isLast ? graph.Output : graph.ValueInfo).Add(Value(values[layer.Output], layers.Shapes[layer.Output]));
        }

        if (probabilities)
        {
            AddSoftmax(graph, architecture.OutputShape);
        }

        HashSet<string> read = [.. graph.Node.SelectMany(node => node.Input)];
        graph.Initializer.AddRange(network.StateTensors.Where(tensor => read.Contains(tensor.Name)).Select(Initializer));
        return graph;
    }

    /// <summary>Makes sure that the parameters fit into a model.</summary>
    /// <exception cref="OnnxException">They do not.</exception>
    public static void CheckSize(Architecture architecture)
    {
        long bytes = architecture.Layers.Sum(layer => layer.ParameterCount) * sizeof(float);
        if (bytes > MaxParameterBytes)
        {
            throw new OnnxException($"{architecture.Name} has {bytes >> 20} MiB of parameters; an ONNX model holds less than 2048");
        }
    }

    /// <summary>Adds the nodes that compute a layer: one that is named as the layer, or several, which have numbers behind that name.</summary>
    private static void AddNodes(GraphProto graph, Network network, GraphNode layer, string name, string[] inputs, string output)
    {
        IReadOnlyList<OnnxStep> steps = OnnxOperator.Of(layer.Layer, network.Architecture.Graph.Shapes[layer.Inputs[0]]);
        if (steps.Count == 0)
        {
            throw new OnnxException($"{network.Architecture.Name}, layer {layer.Path}: {layer.Layer.Kind} has no counterpart in ONNX{(layer.Layer is Pooling ? " where its windows differ in size" : "")}");
        }

        string prefix = $"{layer.Path}.";
        string[] parameters = [.. network.StateTensors.Select(tensor => tensor.Name).Where(tensor => tensor.StartsWith(prefix, StringComparison.Ordinal) && !IsCount(tensor))];
        string[] read = [.. inputs, .. parameters];
        for (int i = 0; i < steps.Count; i++)
        {
            NodeProto node = steps[i].Node;
            node.Name = steps.Count == 1 ? name : $"{name}.{i}";
            node.DocString = layer.Layer.ToString();
            node.Input.AddRange(read);
            if (steps[i].ReadsLayerInput)
            {
                node.Input.AddRange(inputs);
            }

            foreach (TensorProto constant in steps[i].Constants)
            {
                constant.Name = $"{node.Name}.constant{graph.Initializer.Count}";
                node.Input.Add(constant.Name);
                graph.Initializer.Add(constant);
            }

            read = [i == steps.Count - 1 ? output : $"{node.Name}.output"];
            node.Output.Add(read[0]);
            graph.Node.Add(node);
        }
    }

    /// <summary>Whether a tensor says only how many batches there were, which nothing is computed from.</summary>
    private static bool IsCount(string tensor) => tensor.EndsWith(".num_batches_tracked", StringComparison.Ordinal);

    private static void AddSoftmax(GraphProto graph, Shape shape)
    {
        NodeProto node = OnnxOperator.Softmax(ClassAxis);
        node.Name = OnnxModel.ProbabilitiesName;
        node.Input.Add(OnnxModel.LogitsName);
        node.Output.Add(OnnxModel.ProbabilitiesName);
        graph.Node.Add(node);
        graph.Output.Add(Value(OnnxModel.ProbabilitiesName, shape));
    }

    private static ValueInfoProto Value(string name, Shape shape, string? description = null)
    {
        var sizes = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dimension { DimParam = BatchDimension } } };
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            sizes.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = shape[axis] });
        }

        var value = new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto
            {
                TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float, Shape = sizes },
            },
        };
        if (description is not null)
        {
            value.DocString = description;
        }

        return value;
    }

    private static TensorProto Initializer(StateTensor tensor)
    {
        float[] values = new float[tensor.Shape.Count];
        tensor.CopyTo(values);
        TensorProto proto = OnnxTensor.Of(values, [.. Enumerable.Range(0, tensor.Shape.Rank).Select(axis => tensor.Shape[axis])]);
        proto.Name = tensor.Name;
        return proto;
    }
}

using System.Buffers.Binary;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Tensors;
using Google.Protobuf;

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
            values[layer.Output] = isLast ? OnnxModel.LogitsName : $"{Name(layer)}.output";
            graph.Node.AddRange(Nodes(network, layer, [.. layer.Inputs.Select(input => values[input])], values[layer.Output]));
            (isLast ? graph.Output : graph.ValueInfo).Add(Value(values[layer.Output], layers.Shapes[layer.Output]));
        }

        if (probabilities)
        {
            AddSoftmax(graph, architecture.OutputShape);
        }

        graph.Initializer.AddRange(network.StateTensors.Select(Initializer));
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

    private static string Name(GraphNode layer) => $"{layer.Path}.{layer.Layer.Kind}";

    /// <summary>The nodes of a layer; the last one has its name, those before it are named by their operators.</summary>
    private static IReadOnlyList<NodeProto> Nodes(Network network, GraphNode layer, IReadOnlyList<string> inputs, string output)
    {
        IReadOnlyList<NodeProto> nodes = OnnxOperator.Of(layer.Layer, network.Architecture.Graph.Shapes[layer.Inputs[0]]);
        if (nodes.Count == 0)
        {
            throw new OnnxException($"{network.Architecture.Name}, layer {layer.Path}: {layer.Layer.Kind} has no counterpart in ONNX{(layer.Layer is Pooling ? " where its windows differ in size" : "")}");
        }

        string prefix = $"{layer.Path}.";
        IEnumerable<string> more = network.StateTensors.Select(tensor => tensor.Name).Where(name => name.StartsWith(prefix, StringComparison.Ordinal));
        foreach (NodeProto node in nodes)
        {
            bool isLast = node == nodes[^1];
            node.Name = isLast ? Name(layer) : $"{Name(layer)}.{node.OpType}";
            node.DocString = layer.Layer.ToString();
            node.Input.AddRange([.. inputs, .. more]);
            node.Output.Add(isLast ? output : $"{node.Name}.output");
            more = node.Output;
        }

        return nodes;
    }

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
        byte[] data = new byte[values.Length * sizeof(float)];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(data.AsSpan(i * sizeof(float)), values[i]);
        }

        var proto = new TensorProto
        {
            Name = tensor.Name,
            DataType = (int)TensorProto.Types.DataType.Float,
            // Nothing else has the array, so there is no need to copy it.
            RawData = UnsafeByteOperations.UnsafeWrap(data),
        };
        for (int axis = 0; axis < tensor.Shape.Rank; axis++)
        {
            proto.Dims.Add(tensor.Shape[axis]);
        }

        return proto;
    }
}

using CifarFast.Engine.Kernels.Pooling;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Tensors;
using Google.Protobuf;

namespace CifarFast.Engine.Formats.Onnx;

/// <summary>The operators of ONNX (https://onnx.ai/onnx/operators/) that compute the engine's layers.</summary>
internal static class OnnxOperator
{
    /// <summary>
    /// The operators of a layer, or none where there are none. What is not said is ONNX's default and the engine's only way: groups and
    /// dilations of 1, and windows that must fit whole.
    /// </summary>
    /// <param name="layer">The layer.</param>
    /// <param name="input">The shape of what it reads, for one sample.</param>
    public static IReadOnlyList<OnnxStep> Of(Layer layer, Shape input) => layer switch
    {
        Normalize { Mean: var mean, Deviation: var deviation } =>
            [new(Node("Sub"), OnnxTensor.Of([.. mean], mean.Count, 1, 1)), new(Node("Div"), OnnxTensor.Of([.. deviation], deviation.Count, 1, 1))],
        Scale scale => [new(Node("Mul"), OnnxTensor.Of([scale.Factor]))],
        SiLU => [new(Node("Sigmoid")), new(Node("Mul")) { ReadsLayerInput = true }],
        _ => SingleOf(layer, input) is NodeProto node ? [new(node)] : [],
    };

    private static NodeProto? SingleOf(Layer layer, Shape input) => layer switch
    {
        Conv2d convolution => Node(
            "Conv",
            Sizes("kernel_shape", Enumerable.Repeat(convolution.KernelSize, 2)),
            Sizes("pads", Enumerable.Repeat(convolution.Padding, 4)),
            Sizes("strides", Enumerable.Repeat(convolution.Stride, 2))),
        AdaptiveAvgPool2d { OutputHeight: 1, OutputWidth: 1 } => Node("GlobalAveragePool"),
        AdaptiveMaxPool2d { OutputHeight: 1, OutputWidth: 1 } => Node("GlobalMaxPool"),
        MaxPool2d or AdaptiveMaxPool2d => Windows("MaxPool", (Pooling)layer, input),
        AvgPool2d or AdaptiveAvgPool2d => Windows("AveragePool", (Pooling)layer, input),
        FrozenBatchNorm2d normalization => Node("BatchNormalization", Number("epsilon", normalization.Epsilon)),
        BatchNorm2d normalization => Node("BatchNormalization", Number("epsilon", normalization.Epsilon)),
        ReLU => Node("Relu"),
        LeakyReLU leaky => Node("LeakyRelu", Number("alpha", leaky.NegativeSlope)),
        GELU gelu => Node("Gelu", Text("approximate", gelu.Approximation == GELUApproximation.Tanh ? "tanh" : "none")),
        Add => Node("Add"),

        // A model is of what the network computes when it classifies.
        Dropout => Node("Identity"),
        Flatten => Node("Flatten", Number("axis", 1)),

        // Weights are out × in, as in PyTorch.
        Linear => Node("Gemm", Number("transB", 1)),
        _ => null,
    };

    /// <summary>Softmax along <paramref name="axis"/>.</summary>
    public static NodeProto Softmax(int axis) => Node("Softmax", Number("axis", axis));

    /// <summary>
    /// The set of operators since which a node means what it means here, by the history of its operator. What came later, other types
    /// and new attributes, is not used.
    /// </summary>
    public static int Since(NodeProto node) => node.OpType switch
    {
        "Conv" or "MaxPool" or "AveragePool" or "GlobalMaxPool" or "GlobalAveragePool" or "Relu" or "LeakyRelu" or "Flatten" or "Sigmoid" or "Identity" => 1,

        // Values of different shapes have been spread over each other without being told to since then.
        "Gemm" when node.Input.Count > 2 => 7,
        "Add" or "Sub" or "Mul" or "Div" => 7,

        // Training and inference have been told apart by the number of outputs, not by an attribute, since then.
        "BatchNormalization" => 9,

        // What is added to the product has been optional since then.
        "Gemm" => 11,

        // It took all axes from the given one on together before.
        "Softmax" => 13,
        "Gelu" => 20,
        _ => throw new ArgumentOutOfRangeException(nameof(node), node.OpType, "an operator whose history is not known"),
    };

    /// <summary>A pooling, or null where its windows differ in size.</summary>
    private static NodeProto? Windows(string type, Pooling pooling, Shape input)
    {
        (PoolingWindows rows, PoolingWindows columns) = pooling.Windows(input);
        return rows.AreEqual && columns.AreEqual
            ? Node(type, Sizes("kernel_shape", rows.Kernel, columns.Kernel), Sizes("strides", rows.Stride, columns.Stride))
            : null;
    }

    private static NodeProto Node(string type, params ReadOnlySpan<AttributeProto> attributes)
    {
        var node = new NodeProto { OpType = type };
        node.Attribute.AddRange(attributes.ToArray());
        return node;
    }

    private static AttributeProto Number(string name, int value) =>
        new() { Name = name, I = value, Type = AttributeProto.Types.AttributeType.Int };

    private static AttributeProto Number(string name, float value) =>
        new() { Name = name, F = value, Type = AttributeProto.Types.AttributeType.Float };

    private static AttributeProto Text(string name, string value) =>
        new() { Name = name, S = ByteString.CopyFromUtf8(value), Type = AttributeProto.Types.AttributeType.String };

    /// <summary>An attribute of several numbers: one for each direction, or for each side.</summary>
    private static AttributeProto Sizes(string name, params IEnumerable<int> values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        attribute.Ints.AddRange(values.Select(value => (long)value));
        return attribute;
    }
}

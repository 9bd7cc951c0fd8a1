using CifarFast.Engine.Nn;
using Google.Protobuf;

namespace CifarFast.Engine.Formats.Onnx;

/// <summary>The operators of ONNX (https://onnx.ai/onnx/operators/) that compute the engine's layers.</summary>
internal static class OnnxOperator
{
    /// <summary>
    /// The operators of a layer, or none where there are none. What is not said is ONNX's default and the engine's only way: groups and
    /// dilations of 1, and windows that must fit whole.
    /// </summary>
    public static IReadOnlyList<OnnxStep> Of(Layer layer) => layer switch
    {
        Normalize { Mean: var mean, Deviation: var deviation } =>
            [new(Node("Sub"), OnnxTensor.Of([.. mean], mean.Count, 1, 1)), new(Node("Div"), OnnxTensor.Of([.. deviation], deviation.Count, 1, 1))],
        Scale scale => [new(Node("Mul"), OnnxTensor.Of([scale.Factor]))],
        SiLU => [new(Node("Sigmoid")), new(Node("Mul")) { ReadsLayerInput = true }],
        _ => SingleOf(layer) is NodeProto node ? [new(node)] : [],
    };

    private static NodeProto? SingleOf(Layer layer) => layer switch
    {
        Conv2d convolution => Node(
            "Conv",
            Sizes("kernel_shape", convolution.KernelSize, count: 2),
            Sizes("pads", convolution.Padding, count: 4),
            Sizes("strides", convolution.Stride, count: 2)),
        MaxPool2d pooling => Node(
            "MaxPool",
            Sizes("kernel_shape", pooling.KernelSize, count: 2),
            Sizes("strides", pooling.Stride, count: 2)),
        FrozenBatchNorm2d normalization => Node("BatchNormalization", Number("epsilon", normalization.Epsilon)),
        BatchNorm2d normalization => Node("BatchNormalization", Number("epsilon", normalization.Epsilon)),
        ReLU => Node("Relu"),
        LeakyReLU leaky => Node("LeakyRelu", Number("alpha", leaky.NegativeSlope)),
        GELU gelu => Node("Gelu", Text("approximate", gelu.Approximation == GELUApproximation.Tanh ? "tanh" : "none")),
        Add => Node("Add"),
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
        "Conv" or "MaxPool" or "Relu" or "LeakyRelu" or "Flatten" or "Sigmoid" => 1,

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

    /// <summary>An attribute of <paramref name="count"/> equal numbers: one for each direction, or for each side.</summary>
    private static AttributeProto Sizes(string name, int value, int count)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        attribute.Ints.AddRange(Enumerable.Repeat((long)value, count));
        return attribute;
    }
}

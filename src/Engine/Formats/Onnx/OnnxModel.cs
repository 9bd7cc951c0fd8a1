using System.Globalization;
using System.Text.Json;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Files;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Tensors;
using Google.Protobuf;

namespace CifarFast.Engine.Formats.Onnx;

/// <summary>
/// Networks as ONNX models (https://onnx.ai/onnx/repo-docs/IR.html), which ONNX Runtime and others run: one input, a batch of any
/// size, and the network's outputs. Weights have the names and shapes of a PyTorch <c>state_dict</c>. The same network and
/// metadata give the same bytes.
/// </summary>
public static class OnnxModel
{
    /// <summary>
    /// The input: samples × the network's input shape, 32-bit floats. Of an image they are its bytes, divided by 255. A network that
    /// takes a vector of features has it under the same name.
    /// </summary>
    public const string InputName = "image";

    /// <summary>The output: samples × the network's output shape, for a classifier a number a class, the largest for the likeliest.</summary>
    public const string LogitsName = "logits";

    /// <summary>The output that is there on demand: the softmax of <see cref="LogitsName"/> over the classes.</summary>
    public const string ProbabilitiesName = "probabilities";

    /// <summary>
    /// The oldest set of operators that a model can be of: ONNX 1.8's, the first in which softmax is what the engine means by it.
    /// </summary>
    public const int OldestOperatorSet = 13;

    /// <summary>The newest set of operators that a model can be of: ONNX 1.17's.</summary>
    public const int NewestOperatorSet = 22;

    private const string Producer = "CifarFast";

    /// <summary>Writes a network as it is now.</summary>
    /// <param name="path">The file, which is there in whole or not at all.</param>
    /// <param name="network">The network.</param>
    /// <param name="metadata">What the model says of itself.</param>
    /// <param name="probabilities">Whether the model has the output <see cref="ProbabilitiesName"/> too.</param>
    /// <param name="operatorSet">
    /// The set of operators (opset), <see cref="OldestOperatorSet"/> to <see cref="NewestOperatorSet"/>. Null for the oldest one in which
    /// the model means the same: the fewer runtimes are too old for it.
    /// </param>
    /// <exception cref="OnnxException">A layer has no counterpart in ONNX, or none in that set, or the network is too large for a model.</exception>
    /// <exception cref="ArgumentException">There are not as many class names as outputs, or there is no such set of operators.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Save(string path, Network network, OnnxMetadata metadata, bool probabilities = false, int? operatorSet = null)
    {
        ModelProto model = Build(network, metadata, probabilities, operatorSet);
        DurableFile.Write(path, model.WriteTo);
    }

    /// <summary>Writes a network as it is now.</summary>
    /// <param name="stream">Where to; it stays open.</param>
    /// <param name="network">The network.</param>
    /// <param name="metadata">What the model says of itself.</param>
    /// <param name="probabilities">Whether the model has the output <see cref="ProbabilitiesName"/> too.</param>
    /// <param name="operatorSet">
    /// The set of operators (opset), <see cref="OldestOperatorSet"/> to <see cref="NewestOperatorSet"/>. Null for the oldest one in which
    /// the model means the same: the fewer runtimes are too old for it.
    /// </param>
    /// <exception cref="OnnxException">A layer has no counterpart in ONNX, or none in that set, or the network is too large for a model.</exception>
    /// <exception cref="ArgumentException">There are not as many class names as outputs, or there is no such set of operators.</exception>
    /// <exception cref="IOException">The stream cannot be written to.</exception>
    public static void Write(Stream stream, Network network, OnnxMetadata metadata, bool probabilities = false, int? operatorSet = null) =>
        Build(network, metadata, probabilities, operatorSet).WriteTo(stream);

    private static ModelProto Build(Network network, OnnxMetadata metadata, bool probabilities, int? operatorSet)
    {
        if (operatorSet is < OldestOperatorSet or > NewestOperatorSet)
        {
            throw new ArgumentOutOfRangeException(nameof(operatorSet), operatorSet, $"expected {OldestOperatorSet} to {NewestOperatorSet}");
        }

        Architecture architecture = network.Architecture;
        int outputs = architecture.OutputShape[0];
        if (metadata.ClassNames.Count > 0 && metadata.ClassNames.Count != outputs)
        {
            throw new ArgumentException($"{architecture.Name} has {Quantity.Of(outputs, "output")}, but there are names of {Quantity.Of(metadata.ClassNames.Count, "class", "classes")}", nameof(metadata));
        }

        string input = Describe(architecture.InputShape);
        GraphProto graph = OnnxGraph.Build(network, input, probabilities);
        int oldest = graph.Node.Select(OnnxOperator.Since).Append(OldestOperatorSet).Max();
        if (operatorSet < oldest)
        {
            throw new OnnxException($"{architecture.Name} has operators that ONNX has in opset {oldest} only, not in {operatorSet}");
        }

        int set = operatorSet ?? oldest;
        var model = new ModelProto
        {
            IrVersion = FormatVersionOf(set),
            ProducerName = Producer,
            ProducerVersion = metadata.ProgramVersion,
            DocString = $"The network {architecture.Name}, from {Producer}. {InputName}: {input}.",
            Graph = graph,
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = set });
        AddProperty(model, "network", architecture.Name);
        AddProperty(model, "input", input);
        AddProperty(model, "class_names", metadata.ClassNames.Count > 0 ? JsonSerializer.Serialize(metadata.ClassNames) : null);
        AddProperty(model, "dataset", metadata.Dataset);
        AddProperty(model, "accuracy", metadata.Accuracy?.ToString(CultureInfo.InvariantCulture));
        AddProperty(model, "version", metadata.ProgramVersion);
        return model;
    }

    /// <summary>
    /// The version of the format (IR) that came with a set of operators: https://github.com/onnx/onnx/blob/main/docs/Versioning.md has the table.
    /// </summary>
    private static int FormatVersionOf(int operatorSet) => operatorSet switch
    {
        <= 14 => 7,
        <= 18 => 8,
        <= 20 => 9,
        _ => 10,
    };

    private static void AddProperty(ModelProto model, string key, string? value)
    {
        if (value is not null)
        {
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        }
    }

    private static string Describe(Shape input) => input.Rank == 3
        ? $"N×{input} floats (images, {(input[0] == 3 ? "channels red, green, blue" : "channels")}, rows, columns), each pixel's byte divided by 255: 0 to 1"
        : $"N×{input} floats (samples, features)";
}

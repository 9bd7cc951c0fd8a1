using System.Globalization;
using System.Text.Json;
using CifarFast.Engine.Files;
using CifarFast.Engine.Networks;
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
    /// The version of the operators, of ONNX 1.17: the last one that changed convolution and pooling. A later one would say nothing else
    /// and be read by fewer.
    /// </summary>
    internal const int OperatorSet = 22;

    /// <summary>The version of the format that goes with <see cref="OperatorSet"/>.</summary>
    internal const int FormatVersion = 10;

    private const string Producer = "CifarFast";

    /// <summary>Writes a network as it is now.</summary>
    /// <param name="path">The file, which is there in whole or not at all.</param>
    /// <param name="network">The network.</param>
    /// <param name="metadata">What the model says of itself.</param>
    /// <param name="probabilities">Whether the model has the output <see cref="ProbabilitiesName"/> too.</param>
    /// <exception cref="OnnxException">A layer has no counterpart in ONNX, or the network is too large for a model.</exception>
    /// <exception cref="ArgumentException">There are not as many class names as outputs.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Save(string path, Network network, OnnxMetadata metadata, bool probabilities = false)
    {
        ModelProto model = Build(network, metadata, probabilities);
        DurableFile.Write(path, model.WriteTo);
    }

    /// <summary>Writes a network as it is now.</summary>
    /// <param name="stream">Where to; it stays open.</param>
    /// <param name="network">The network.</param>
    /// <param name="metadata">What the model says of itself.</param>
    /// <param name="probabilities">Whether the model has the output <see cref="ProbabilitiesName"/> too.</param>
    /// <exception cref="OnnxException">A layer has no counterpart in ONNX, or the network is too large for a model.</exception>
    /// <exception cref="ArgumentException">There are not as many class names as outputs.</exception>
    /// <exception cref="IOException">The stream cannot be written to.</exception>
    public static void Write(Stream stream, Network network, OnnxMetadata metadata, bool probabilities = false) =>
        Build(network, metadata, probabilities).WriteTo(stream);

    private static ModelProto Build(Network network, OnnxMetadata metadata, bool probabilities)
    {
        Sequential architecture = network.Architecture;
        int outputs = architecture.OutputShape[0];
        if (metadata.ClassNames.Count > 0 && metadata.ClassNames.Count != outputs)
        {
            throw new ArgumentException($"{architecture.Name} has {outputs} outputs, but there are {metadata.ClassNames.Count} class names", nameof(metadata));
        }

        string input = Describe(architecture.InputShape);
        var model = new ModelProto
        {
            IrVersion = FormatVersion,
            ProducerName = Producer,
            ProducerVersion = metadata.ProgramVersion,
            DocString = $"The network {architecture.Name}, from {Producer}. {InputName}: {input}.",
            Graph = OnnxGraph.Build(network, input, probabilities),
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = OperatorSet });
        AddProperty(model, "network", architecture.Name);
        AddProperty(model, "input", input);
        AddProperty(model, "class_names", metadata.ClassNames.Count > 0 ? JsonSerializer.Serialize(metadata.ClassNames) : null);
        AddProperty(model, "dataset", metadata.Dataset);
        AddProperty(model, "accuracy", metadata.Accuracy?.ToString(CultureInfo.InvariantCulture));
        AddProperty(model, "version", metadata.ProgramVersion);
        return model;
    }

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

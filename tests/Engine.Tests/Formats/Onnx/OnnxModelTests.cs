using System.Runtime.InteropServices;
using System.Text.Json;
using CifarFast.Engine.Data;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Formats.Onnx;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Data;
using CifarFast.Engine.Tests.Execution;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Architecture = CifarFast.Engine.Nn.Architecture;

namespace CifarFast.Engine.Tests.Formats.Onnx;

public class OnnxModelTests
{
    private const int Images = 1000;
    private const int Classes = 10;

    private static readonly OnnxMetadata _metadata = new()
    {
        ProgramVersion = "1.2.3",
        ClassNames = ["one", "\"two\"", "drei", "vier", "fünf", "6", "7", "8", "9", "10"],
        Dataset = "synthetic",
        Accuracy = 0.8125,
    };

    public static TheoryData<string> Paths => ExecutionPaths.All;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public void The_reference_network_classes_images_as_in_the_engine(int batchSize)
    {
        ImageSet images = SyntheticImages.Create(seed: 21, train: Images, test: 1, TestContext.Current.CancellationToken).Train;
        using Network network = Exported.Network(NetworkCatalog.Reference(), Images, seed: 8);
        float[] expected = Exported.Outputs(network, images);
        using var session = new OnnxSession(Exported.Model(network, _metadata, probabilities: true));

        IReadOnlyDictionary<string, float[]>[] batches =
            [.. Enumerable.Range(0, Images).Chunk(batchSize).Select(batch => session.Run(Exported.Samples(images, batch[0], batch.Length)))];
        float[] logits = [.. batches.SelectMany(batch => batch[OnnxModel.LogitsName])];
        float[] probabilities = [.. batches.SelectMany(batch => batch[OnnxModel.ProbabilitiesName])];

        float worst = Exported.LargestDifference(expected, logits);
        TestContext.Current.TestOutputHelper?.WriteLine($"largest difference of {expected.Length} logits from {expected.Min()} to {expected.Max()}: {worst:E2}");
        Assert.InRange(worst, 0, 1e-4f);
        foreach ((float[] ours, float[] theirs, float[] shares) in expected.Chunk(Classes).Zip(logits.Chunk(Classes), probabilities.Chunk(Classes)))
        {
            Assert.Equal(Array.IndexOf(ours, ours.Max()), Array.IndexOf(theirs, theirs.Max()));
            Assert.Equal(1, shares.Sum(share => (double)share), 1e-5);
            double sum = ours.Sum(logit => Math.Exp(logit));
            Assert.All(ours.Zip(shares), pair => Assert.Equal(Math.Exp(pair.First) / sum, pair.Second, 1e-4));
        }
    }

    [Fact]
    public void ONNX_Runtime_finds_nothing_wrong_and_knows_what_the_model_is()
    {
        using Network network = Exported.Network(NetworkCatalog.Reference(), batchSize: 1, seed: 8);
        using var session = new OnnxSession(Exported.Model(network, _metadata, probabilities: true));

        Assert.Empty(session.Complaints);
        Assert.Equal("CifarFast", session.Metadata.ProducerName);
        Assert.Equal("reference", session.Metadata.GraphName);
        Assert.Contains("reference", session.Metadata.Description);
        Dictionary<string, string> properties = session.Metadata.CustomMetadataMap;
        Assert.Equal(_metadata.ClassNames, JsonSerializer.Deserialize<string[]>(properties["class_names"]));
        Assert.Equal("1.2.3", properties["version"]);
        Assert.Equal("synthetic", properties["dataset"]);
        Assert.Equal("0.8125", properties["accuracy"]);
        Assert.Equal("reference", properties["network"]);
        Assert.StartsWith("N×3×32×32 floats (images, channels red, green, blue, rows, columns)", properties["input"]);

        (string input, NodeMetadata image) = Assert.Single(session.Inputs);
        Assert.Equal(OnnxModel.InputName, input);
        Assert.Equal(typeof(float), image.ElementType);
        Assert.Equal([-1, 3, 32, 32], image.Dimensions);
        Assert.Equal("N", image.SymbolicDimensions[0]);
        Assert.Equal([OnnxModel.LogitsName, OnnxModel.ProbabilitiesName], session.Outputs.Keys);
        Assert.All(session.Outputs.Values, output =>
        {
            Assert.Equal([-1, Classes], output.Dimensions);
            Assert.Equal("N", output.SymbolicDimensions[0]);
        });
    }

    [Fact]
    public void Nothing_is_said_that_is_not_known_and_probabilities_come_on_demand_only()
    {
        using Network network = Exported.Network(new Architecture("plain", new Shape(4), new Linear(4, 3)), batchSize: 1, seed: 1);
        using var session = new OnnxSession(Exported.Model(network));

        Assert.Equal(["input", "network", "version"], session.Metadata.CustomMetadataMap.Keys.Order());
        Assert.Equal("N×4 floats (samples, features)", session.Metadata.CustomMetadataMap["input"]);
        Assert.Equal([OnnxModel.LogitsName], session.Outputs.Keys);
    }

    [Fact]
    public void Complaints_of_ONNX_Runtime_would_be_noticed()
    {
        using Network network = Exported.Network(new Architecture("plain", new Shape(4), new Linear(4, 3)), batchSize: 1, seed: 1);
        ModelProto model = ModelProto.Parser.ParseFrom(Exported.Model(network));
        TensorProto superfluous = model.Graph.Initializer[0].Clone();
        superfluous.Name = "superfluous";
        model.Graph.Initializer.Add(superfluous);
        using (var session = new OnnxSession(model.ToByteArray()))
        {
            Assert.Contains("superfluous", Assert.Single(session.Complaints));
        }

        // The nodes do not give this shape, which is worth a warning and no more to the runtime.
        model.Graph.Initializer.Remove(superfluous);
        model.Graph.Output[0].Type.TensorType.Shape.Dim[1].DimValue = 5;
        using (var session = new OnnxSession(model.ToByteArray()))
        {
            Assert.Contains("{-1,5}", Assert.Single(session.Complaints));
        }
    }

    [Fact]
    public void The_graph_is_a_node_a_layer_and_parameters_as_in_PyTorch()
    {
        using Network network = Exported.Network(
            new Architecture("toy", new Shape(2, 6, 5), new Conv2d(2, 3, KernelSize: 3, Stride: 2, Padding: 1), new ReLU(), new MaxPool2d(2), new Flatten(), new Linear(3, 2)),
            batchSize: 1,
            seed: 4);

        var model = ModelProto.Parser.ParseFrom(Exported.Model(network, probabilities: true));

        Assert.Equal(7, model.IrVersion);
        Assert.Equal("1.2.3", model.ProducerVersion);
        OperatorSetIdProto operators = Assert.Single(model.OpsetImport);
        Assert.Equal(("", 13), (operators.Domain, operators.Version));
        Assert.Equal(
            [
                "0.Conv2d = Conv(image, 0.weight, 0.bias) -> 0.Conv2d.output; kernel_shape 3 3, pads 1 1 1 1, strides 2 2",
                "1.ReLU = Relu(0.Conv2d.output) -> 1.ReLU.output; ",
                "2.MaxPool2d = MaxPool(1.ReLU.output) -> 2.MaxPool2d.output; kernel_shape 2 2, strides 2 2",
                "3.Flatten = Flatten(2.MaxPool2d.output) -> 3.Flatten.output; axis 1",
                "4.Linear = Gemm(3.Flatten.output, 4.weight, 4.bias) -> logits; transB 1",
                "probabilities = Softmax(logits) -> probabilities; axis 1",
            ],
            model.Graph.Node.Select(Text));
        Assert.Equal("Conv2d(2→3, 3×3, stride 2, padding 1)", model.Graph.Node[0].DocString);
        Assert.Equal(
            ["0.Conv2d.output N 3 3 3", "1.ReLU.output N 3 3 3", "2.MaxPool2d.output N 3 1 1", "3.Flatten.output N 3"],
            model.Graph.ValueInfo.Select(value => $"{value.Name} N {string.Join(' ', value.Type.TensorType.Shape.Dim.Skip(1).Select(size => size.DimValue))}"));

        Assert.Equal(network.Parameters.Select(parameter => parameter.Name), model.Graph.Initializer.Select(tensor => tensor.Name));
        foreach ((Parameter parameter, TensorProto tensor) in network.Parameters.Zip(model.Graph.Initializer))
        {
            float[] values = new float[parameter.Shape.Count];
            parameter.CopyTo(values);
            Assert.Equal(parameter.Shape.ToString(), string.Join('×', tensor.Dims));
            Assert.Equal(values, MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray());
        }
    }

    /// <summary>Versions of the format as in ONNX's table of its releases.</summary>
    [Theory]
    [InlineData(13, 7)]
    [InlineData(14, 7)]
    [InlineData(15, 8)]
    [InlineData(16, 8)]
    [InlineData(17, 8)]
    [InlineData(18, 8)]
    [InlineData(19, 9)]
    [InlineData(20, 9)]
    [InlineData(21, 10)]
    [InlineData(22, 10)]
    public void A_model_says_the_same_in_every_set_of_operators(int operatorSet, int formatVersion)
    {
        ImageSet images = SyntheticImages.Create(seed: 21, train: 64, test: 1, TestContext.Current.CancellationToken).Train;
        using Network network = Exported.Network(NetworkCatalog.Reference(), images.Count, seed: 8);
        float[] expected = Exported.Outputs(network, images);

        byte[] bytes = Exported.Model(network, _metadata, probabilities: true, operatorSet);

        var model = ModelProto.Parser.ParseFrom(bytes);
        Assert.Equal(formatVersion, model.IrVersion);
        Assert.Equal(operatorSet, Assert.Single(model.OpsetImport).Version);
        using var session = new OnnxSession(bytes);
        Assert.Empty(session.Complaints);
        float[] logits = session.Run(Exported.Samples(images, 0, images.Count))[OnnxModel.LogitsName];
        Assert.InRange(Exported.LargestDifference(expected, logits), 0, 1e-4f);
        Assert.Equal(expected.Chunk(Classes).Select(shares => shares.IndexOf(shares.Max())), logits.Chunk(Classes).Select(shares => shares.IndexOf(shares.Max())));
    }

    [Theory]
    [InlineData(12)]
    [InlineData(23)]
    public void Other_sets_of_operators_are_refused(int operatorSet)
    {
        using Network network = Exported.Network(new Architecture("plain", new Shape(4), new Linear(4, 3)), batchSize: 1, seed: 1);
        Assert.Contains("expected 13 to 22", Assert.Throws<ArgumentOutOfRangeException>(() => Exported.Model(network, operatorSet: operatorSet)).Message);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void The_bytes_depend_on_nothing_but_network_and_metadata(string path)
    {
        using Network one = Exported.Network(NetworkCatalog.Reference(), "naive", batchSize: 1, seed: 8);
        using Network other = Exported.Network(NetworkCatalog.Reference(), path, batchSize: 2, seed: 8);
        byte[] model = Exported.Model(one, _metadata, probabilities: true);

        Assert.True(model.AsSpan().SequenceEqual(Exported.Model(one, _metadata, probabilities: true)));
        Assert.True(model.AsSpan().SequenceEqual(Exported.Model(other, _metadata, probabilities: true)));
    }

    [Fact]
    public void The_file_is_the_model()
    {
        using var directory = new TemporaryDirectory();
        string path = directory.Below("model.onnx");
        using Network network = Exported.Network(NetworkCatalog.Reference(), batchSize: 1, seed: 8);

        OnnxModel.Save(path, network, _metadata, probabilities: true);

        Assert.True(File.ReadAllBytes(path).AsSpan().SequenceEqual(Exported.Model(network, _metadata, probabilities: true)));
        Assert.Equal([path], Directory.GetFiles(directory.Path));
    }

    [Fact]
    public void A_layer_that_ONNX_does_not_have_is_named_and_no_file_is_touched()
    {
        using var directory = new TemporaryDirectory();
        string path = directory.Below("model.onnx");
        File.WriteAllText(path, "the model before");
        using Network network = Exported.Network(new Architecture("odd", new Shape(4), new Linear(4, 3), new UnknownLayer()), batchSize: 1, seed: 1);

        OnnxException error = Assert.Throws<OnnxException>(() => OnnxModel.Save(path, network, Exported.NoMetadata));

        Assert.Equal("odd, layer 1: UnknownLayer has no counterpart in ONNX", error.Message);
        Assert.Equal("the model before", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(directory.Path));
    }

    [Fact]
    public void Windows_of_different_sizes_are_refused()
    {
        using Network network = Exported.Network(new Architecture("uneven", new Shape(2, 5, 5), new AdaptiveAvgPool2d(3), new Flatten()), batchSize: 1, seed: 1);

        OnnxException error = Assert.Throws<OnnxException>(() => Exported.Model(network));
        Assert.Equal("uneven, layer 0: AdaptiveAvgPool2d has no counterpart in ONNX where its windows differ in size", error.Message);
    }

    [Fact]
    public void A_network_too_large_for_a_model_is_turned_away()
    {
        var large = new Architecture("large", new Shape(1 << 16), new Linear(1 << 16, 1 << 13));

        OnnxException error = Assert.Throws<OnnxException>(() => OnnxGraph.CheckSize(large));

        Assert.Equal("large has 2048 MiB of parameters; an ONNX model holds less than 2048", error.Message);
        OnnxGraph.CheckSize(new Architecture("less", new Shape(1 << 16), new Linear(1 << 16, (1 << 13) - 5)));
    }

    [Fact]
    public void There_must_be_a_name_for_each_class()
    {
        using Network network = Exported.Network(new Architecture("plain", new Shape(4), new Linear(4, 3)), batchSize: 1, seed: 1);

        ArgumentException error = Assert.Throws<ArgumentException>(() => Exported.Model(network, _metadata));

        Assert.StartsWith("plain has 3 outputs, but there are names of 10 classes", error.Message);
    }

    private static string Text(NodeProto node)
    {
        IEnumerable<string> attributes = node.Attribute.Select(
            attribute => $"{attribute.Name} {(attribute.HasI ? attribute.I : string.Join(' ', attribute.Ints))}");
        return $"{node.Name} = {node.OpType}({string.Join(", ", node.Input)}) -> {string.Join(", ", node.Output)}; {string.Join(", ", attributes)}";
    }
}

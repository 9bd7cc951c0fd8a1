using System.Text;
using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Inference;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Randomness;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Checkpoints;
using CifarFast.Engine.Tests.Execution;
using CifarFast.Engine.Tests.Training;

namespace CifarFast.Engine.Tests.Nn;

/// <summary>Networks that are written into files and built again from them, by whoever wrote the file.</summary>
public sealed class ArchitectureJsonTests : IDisposable
{
    private static readonly Architecture _all = new(
        "one of each",
        new Shape(3, 32, 32),
        new Normalize([0.5f, 0.25f, 0.75f], [0.5f, 1, 2]),
        new Frozen(new Conv2d(3, 8, KernelSize: 5, Stride: 2, Padding: 2)),
        new FrozenBatchNorm2d(8, Epsilon: 1e-4f),
        new Frozen(new BatchNorm2d(8, Epsilon: 1e-4f, Momentum: 0.4f), "weight"),
        new Residual(new Sequential(new ReLU(), new Conv2d(8, 8, KernelSize: 3, Padding: 1)), new Conv2d(8, 8, KernelSize: 1)),
        new MaxPool2d(3, 2),
        new Residual(new LeakyReLU(0.2f)),
        new Residual(new GELU(GELUApproximation.Tanh), new GELU()),
        new SiLU(),
        new Dropout(0.25f),
        new AvgPool2d(1, 1),
        new AdaptiveMaxPool2d(7, 6),
        new AdaptiveAvgPool2d(7),
        new Flatten(),
        new Linear(8 * 7 * 7, 7, Bias: false),
        new Scale(0.125f));

    private readonly string _directory = Directory.CreateTempSubdirectory("cifarfast-").FullName;

    public static TheoryData<string, string> Hostile { get; } = new()
    {
        { "", "cannot be read" },
        { "null", "it is empty" },
        { "[]", "cannot be read" },
        { "{}", "cannot be read" },
        { Of("""{"type":"Sequential"}"""), "cannot be read" },
        { Of("""{"type":"Sequential","modules":[]}"""), "a network needs a layer" },
        { Of("""{"type":"Sequential","modules":[null]}"""), "" },
        { Modules("""{"type":"Unknown"}"""), "cannot be read" },
        { Modules("""{"kernel_size":3}"""), "" },
        { Modules("""{"type":"MaxPool2d","kernel_size":2,"stride":2,"more":1}"""), "cannot be read" },
        { Modules("""{"type":"MaxPool2d","kernel_size":2,"kernel_size":2,"stride":2}"""), "cannot be read" },
        { Modules("""{"type":"MaxPool2d","kernel_size":"2","stride":2}"""), "cannot be read" },
        { Modules("""{"type":"MaxPool2d","kernel_size":-2,"stride":2}"""), "kernelSize" },
        { Modules("""{"type":"MaxPool2d","kernel_size":2}"""), "cannot be read" },
        { Modules("""{"type":"AvgPool2d","kernel_size":0,"stride":1}"""), "kernelSize" },
        { Modules("""{"type":"AdaptiveAvgPool2d","output_height":1,"output_width":0}"""), "outputWidth" },
        { Modules("""{"type":"AdaptiveMaxPool2d","output_height":2147483647,"output_width":2147483647}"""), "" },
        { Modules("""{"type":"AdaptiveMaxPool2d","output_height":10000,"output_width":10000}"""), "more memory" },
        { Modules("""{"type":"Dropout","probability":1.5}"""), "Probability" },
        { Modules("""{"type":"GELU","approximation":"sigmoid"}"""), "cannot be read" },
        { Modules("""{"type":"GELU","approximation":7}"""), "" },
        { Modules("""{"type":"MaxPool2d","kernel_size":33,"stride":1}"""), "MaxPool2d(33×33, stride 1) takes" },
        { Modules("""{"type":"Conv2d","in_channels":3,"out_channels":0,"kernel_size":1,"stride":1,"padding":0}"""), "OutChannels" },
        { Modules("""{"type":"Conv2d","in_channels":4,"out_channels":1,"kernel_size":1,"stride":1,"padding":0}"""), "takes 4×H×W" },
        { Modules("""{"type":"Conv2d","in_channels":3,"out_channels":2147483647,"kernel_size":1,"stride":1,"padding":0}"""), "" },
        { Modules("""{"type":"Conv2d","in_channels":3,"out_channels":1000000,"kernel_size":1,"stride":1,"padding":0}"""), "more memory" },
        { Modules("""{"type":"FrozenBatchNorm2d","features":3,"epsilon":-1}"""), "Epsilon" },
        { Modules("""{"type":"Conv2d","in_channels":3,"out_channels":1,"kernel_size":1,"stride":1,"padding":0},{"type":"Conv2d","in_channels":1,"out_channels":1,"kernel_size":1,"stride":65535,"padding":32752}"""), "more memory" },
        { Modules("""{"type":"Conv2d","in_channels":3,"out_channels":1,"kernel_size":1,"stride":1,"padding":2147483647}"""), "" },
        { Modules("""{"type":"Conv2d","in_channels":3,"out_channels":3,"kernel_size":2147483647,"stride":1,"padding":1073741823}"""), "" },
        { Modules("""{"type":"Residual","body":null}"""), "cannot be read" },
        { Modules(Deep(100_000)), "cannot be read" },
        { """{"name":"","input":[3,32,32],"module":{"type":"Sequential","modules":[{"type":"ReLU"}]}}""", "its name" },
        { """{"name":"a\u001b[2J","input":[3,32,32],"module":{"type":"Sequential","modules":[{"type":"ReLU"}]}}""", "its name" },
        { """{"name":"a","input":[],"module":{"type":"Sequential","modules":[{"type":"ReLU"}]}}""", "1 to 3 sizes" },
        { """{"name":"a","input":[3,-32,32],"module":{"type":"Sequential","modules":[{"type":"ReLU"}]}}""", "dimensions" },
        { """{"name":"a","input":[2147483647,2147483647,2],"module":{"type":"Sequential","modules":[{"type":"Flatten"}]}}""", "" },
        { Modules(string.Join(',', Enumerable.Repeat("""{"type":"ReLU"}""", 100_000))), "more than that of any network" },
    };

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_network_is_the_same_after_it_was_written_and_read()
    {
        var read = Architecture.FromJson(Encoding.UTF8.GetBytes(_all.ToJson()!));

        Assert.Equal(_all.Name, read.Name);
        Assert.Equal(_all.InputShape, read.InputShape);
        Assert.Equal(_all.Module, read.Module);
    }

    /// <summary>What is added must be listed at <see cref="Module"/>, or files would not describe networks that have it.</summary>
    [Fact]
    public void Every_module_can_be_written()
    {
        IEnumerable<Type> modules = typeof(Module).Assembly.GetTypes().Where(type => type.IsPublic && !type.IsAbstract && type.IsSubclassOf(typeof(Module)));
        string json = _all.ToJson()!;
        Assert.All(modules, type => Assert.Contains($"\"type\":\"{type.Name}\"", json, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Hostile), DisableDiscoveryEnumeration = true)]
    public void What_is_no_network_is_refused(string json, string reason)
    {
        FormatException error = Assert.Throws<FormatException>(() => Architecture.FromJson(Encoding.UTF8.GetBytes(json)));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_text_with_any_damage_is_refused_or_is_a_network()
    {
        byte[] sound = Encoding.UTF8.GetBytes(_all.ToJson()!);
        var random = new Xoshiro256(seed: 1, stream: 0);
        for (int trial = 0; trial < 20_000; trial++)
        {
            byte[] damaged = [.. sound];
            for (int i = 0; i <= trial % 3; i++)
            {
                damaged[(int)(random.NextUInt64() % (ulong)damaged.Length)] = (byte)"0123456789{}[]\",:-eE\\ul\u0000"[(int)(random.NextUInt64() % 24)];
            }

            try
            {
                _ = Architecture.FromJson(damaged.AsSpan(0, trial % 5 == 0 ? trial % damaged.Length : damaged.Length));
            }
            catch (FormatException)
            {
            }
        }
    }

    [Fact]
    public void A_classifier_is_built_from_a_file_alone()
    {
        using var network = new Network(_all, ExecutionPaths.Options("naive"), batchSize: 1, seed: 3);
        string path = Path.Combine(_directory, "weights.safetensors");
        Safetensors.Save(path, network, new Dictionary<string, string>());

        using Classifier classifier = Classifier.Load(path, ExecutionPaths.Options("naive"));
        Assert.Equal(_all.Module, classifier.Network.Architecture.Module);
        Assert.Equal(7, classifier.ClassNames.Count);
        Assert.Equal(network.StateTensors.SelectMany(TrainingFixture.Values), classifier.Network.StateTensors.SelectMany(TrainingFixture.Values));
    }

    [Theory]
    [InlineData("\\\"kernel_size\\\":5", "\\\"kernel_size\\\":-5", "the network in it is not what it should be")]
    [InlineData("\\\"out_channels\\\":8", "\\\"out_channels\\\":800", "takes 8×H×W")]
    [InlineData("\\\"out_features\\\":7", "\\\"out_features\\\":70000", "more numbers than it has")]
    [InlineData("\\\"out_features\\\":7", "\\\"out_features\\\":6", "")]
    [InlineData("\\\"input\\\":[3,32,32]", "\\\"input\\\":[3,1500,1500]", "")]
    public void A_file_that_describes_another_network_is_refused(string old, string other, string reason)
    {
        using var network = new Network(_all, ExecutionPaths.Options("naive"), batchSize: 1, seed: 3);
        var file = new MemoryStream();
        Safetensors.Write(file, network, new Dictionary<string, string>());
        var raw = RawSafetensors.Of(file.ToArray());
        Assert.Contains(old, raw.Header, StringComparison.Ordinal);
        string path = Path.Combine(_directory, "weights.safetensors");
        File.WriteAllBytes(path, (raw with { Header = raw.Header.Replace(old, other, StringComparison.Ordinal) }).ToBytes());

        CheckpointException error = Assert.Throws<CheckpointException>(() => Classifier.Load(path).Dispose());
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    private static string Of(string module) => $$$"""{"name":"a","input":[3,32,32],"module":{{{module}}}}""";

    private static string Modules(string modules) => Of($$$"""{"type":"Sequential","modules":[{{{modules}}}]}""");

    private static string Deep(int levels) => string.Concat(Enumerable.Repeat("""{"type":"Frozen","module":""", levels / 10)) + """{"type":"ReLU"}""" + new string('}', levels / 10);
}

using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Execution;
using CifarFast.Engine.Tests.Training;
using CifarFast.Engine.Training;

namespace CifarFast.Engine.Tests.Nn;

/// <summary>Networks of which training leaves a part as it is, by the names of parameters.</summary>
public sealed class FreezeTests
{
    private static readonly Shape _image = new(3, 32, 32);

    private static readonly Architecture _normalized = new(
        "normalized",
        _image,
        new Conv2d(3, 4, KernelSize: 5, Stride: 4, Bias: false),
        new BatchNorm2d(4, Momentum: 0.5f),
        new ReLU(),
        new Residual(new Sequential(new Conv2d(4, 4, KernelSize: 3, Padding: 1), new BatchNorm2d(4))),
        new Flatten(),
        new Linear(196, 10));

    [Fact]
    public void Parameters_of_such_names_and_the_statistics_of_their_normalisations_stay_as_they_are()
    {
        using var network = new Network(_normalized.Freeze("0.", "1.", "3.body.0.w"), new ExecutionOptions(), batchSize: 20, seed: 3);
        Dictionary<string, float[]> before = Values(network);
        var session = new TrainingSession(network, new TrainingData(TrainingFixture.Images.Train), new Recipe { BatchSize = 20, MaxSteps = 3 });
        session.Run(new Recorder(), TestContext.Current.CancellationToken);

        string[] same = [.. Values(network).Where(pair => pair.Value.SequenceEqual(before[pair.Key])).Select(pair => pair.Key)];
        Assert.Equal(["0.weight", "1.weight", "1.bias", "1.running_mean", "1.running_var", "3.body.0.weight"], same);
    }

    [Fact]
    public void What_is_before_is_not_gone_through_backward()
    {
        using var network = new Network(_normalized.Freeze("0.", "1."), ExecutionPaths.Options("naive"), batchSize: 2, seed: 3);
        Assert.Equal(["0", "1", "2"], network.Plan.Nodes.Where(node => !node.HasBackward).Select(node => node.Source.Path));
    }

    [Theory]
    [MemberData(nameof(ExecutionPaths.All), MemberType = typeof(ExecutionPaths))]
    public void Gradients_of_the_rest_are_bit_by_bit_those_of_the_whole_network(string path)
    {
        var whole = new Architecture("whole", new Shape(3, 9, 8), new Conv2d(3, 16, 3, Padding: 1), new ReLU(), new Conv2d(16, 16, 3, Padding: 1), new MaxPool2d(2), new Flatten(), new Linear(256, 5));
        using var all = new NetworkProbe(whole, ExecutionPaths.Options(path), samples: 3, seed: 7);
        using var part = new NetworkProbe(whole.Freeze("0"), ExecutionPaths.Options(path), samples: 3, seed: 7);
        (_, float[][] expected) = all.Gradients();
        (_, float[][] actual) = part.Gradients();
        Assert.Equal([true, true, false, false, false, false], part.Network.Parameters.Select(parameter => parameter.IsFrozen));
        Assert.Equal(expected[2..], actual[2..]);
    }

    [Fact]
    public void What_is_frozen_shows_in_the_summary_and_in_the_description()
    {
        Architecture frozen = NetworkCatalog.Minute(new Shape(3, 17, 17), 4).Freeze("1.", "3.");
        Assert.Equal(["1 Conv2d", "3.0 Conv2d", "3.2 FrozenBatchNorm2d", "3.4 Conv2d", "3.5 FrozenBatchNorm2d"], frozen.Summary.Where(row => row.IsFrozen).Select(row => row.Name));
        Assert.Equal(1e-12f, frozen.Layers.OfType<FrozenBatchNorm2d>().First().Epsilon);
        var read = Architecture.FromJson(System.Text.Encoding.UTF8.GetBytes(frozen.ToJson()!));
        Assert.Equal(frozen.Module, read.Module);
        Assert.Equal(frozen.Summary, read.Summary);

        // A normalisation whose bias alone is meant goes on with the statistics of batches.
        Assert.DoesNotContain(NetworkCatalog.Minute(new Shape(3, 17, 17), 4).Freeze("3.2.bias").Layers, layer => layer is FrozenBatchNorm2d);
        Assert.Same(_normalized, _normalized.Freeze());
    }

    [Theory]
    [InlineData("'2.': no parameter of the network normalized has a name that begins so; they begin with 0., 1., 3., 5.", "0.", "2.")]
    [InlineData("'0.body': no parameter of the network normalized has a name that begins so", "0.body")]
    [InlineData("'1.running_mean': no parameter of the network normalized has a name that begins so", "1.running_mean")]
    [InlineData("nothing of the network normalized would be left to train", "0", "1", "3", "5")]
    public void Names_that_there_are_not_and_all_of_them_are_refused(string message, params string[] prefixes) =>
        Assert.StartsWith(message, Assert.Throws<ArgumentException>(() => _normalized.Freeze(prefixes)).Message);

    [Fact]
    public void Layers_know_their_parameters_by_their_operators_names()
    {
        foreach (Recipe recipe in RecipeCatalog.All)
        {
            Architecture architecture = recipe.Network(_image, 10);
            using var network = new Network(architecture, ExecutionPaths.Options("naive"), batchSize: 1, seed: 1);
            Assert.Equal(network.Parameters.Select(parameter => parameter.Name), architecture.ParameterNames);
        }
    }

    private static Dictionary<string, float[]> Values(Network network) => network.StateTensors.ToDictionary(tensor => tensor.Name, TrainingFixture.Values);
}

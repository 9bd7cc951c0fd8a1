using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Inference;
using CifarFast.Engine.Initialization;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Data;
using CifarFast.Engine.Tests.Formats;
using CifarFast.Engine.Tests.Training;

namespace CifarFast.Engine.Tests.Inference;

/// <summary>Networks that begin with what another one has learnt.</summary>
public sealed class PretrainedWeightsTests : IDisposable
{
    private static readonly string[] _before = ["cat", "dog", "frog", "ship"];
    private static readonly string[] _after = ["dog", "newt", "cat"];

    private readonly TemporaryDirectory _temporary = new();
    private readonly Network _source = new(Architecture(4, deviation: 0.3f), new ExecutionOptions(), batchSize: 1, seed: 1);

    private string File => _temporary.Below("source.safetensors");

    public PretrainedWeightsTests()
    {
        foreach ((StateTensor tensor, int number) in _source.StateTensors.Select((tensor, number) => (tensor, number)))
        {
            tensor.CopyFrom([.. Enumerable.Range(0, tensor.Shape.Count).Select(i => tensor.IsCount ? 7f : number + (i / 64f))]);
        }

        using var classifier = new Classifier(_source, _before);
        classifier.Save(File);
    }

    public void Dispose()
    {
        _source.Dispose();
        _temporary.Dispose();
    }

    [Fact]
    public void All_is_kept_but_rows_of_classes_that_were_not_there()
    {
        using PretrainedWeights weights = PretrainedWeights.Load(File, Architecture(3, deviation: 0.25f));
        Assert.Equal((4, new Shape(3, 32, 32)), (weights.Classes, weights.InputShape));
        Assert.Equal(_before, weights.ClassNames);
        Assert.Equal(["dog", "cat"], weights.KeptClasses(_after));
        Assert.Equal(["5.weight", "5.bias"], weights.DrawnParameters(_after));
        Assert.Equal(0.3f, weights.Architecture.Layers.OfType<Normalize>().Single().Deviation[0]);

        (Dictionary<string, float[]> begun, Dictionary<string, float[]> drawn) = Initialize(weights, _after, new Recipe());
        Dictionary<string, float[]> source = Values(_source);
        Assert.Equal(["1.weight", "1.bias", "2.weight", "2.bias", "2.running_mean", "2.running_var", "2.num_batches_tracked", "5.weight", "5.bias"], begun.Keys);
        Assert.All(begun.Keys.Where(name => !name.StartsWith("5.", StringComparison.Ordinal)), name => Assert.Equal(source[name], begun[name]));
        Assert.Equal([.. Row(source, 1), .. Row(drawn, 1), .. Row(source, 0)], begun["5.weight"]);
        Assert.Equal([source["5.bias"][1], 0, source["5.bias"][0]], begun["5.bias"]);
    }

    [Fact]
    public void Rules_of_initialisation_are_for_what_is_drawn_alone()
    {
        // Whitening of the images would be refused, as the filters are too few for it.
        var recipe = new Recipe { Initialization = [new("1.weight", new WhiteningInitializer()), new("5.weight", new ConstantInitializer(9)), new("*.bias", new ConstantInitializer(8))] };
        using PretrainedWeights weights = PretrainedWeights.Load(File, Architecture(3));
        (Dictionary<string, float[]> begun, _) = Initialize(weights, _after, recipe);
        Assert.All(Row(begun, 1), value => Assert.Equal(9, value));
        Assert.Equal(8, begun["5.bias"][1]);
        Assert.Equal(Values(_source)["1.bias"], begun["1.bias"]);
    }

    [Fact]
    public void Classes_of_the_same_names_are_all_kept_in_whatever_order()
    {
        using PretrainedWeights weights = PretrainedWeights.Load(File, Architecture(4));
        Assert.Empty(weights.DrawnParameters(_before));
        Assert.Equal(Values(_source), Initialize(weights, _before, new Recipe()).Begun);

        string[] reversed = [.. _before.Reverse()];
        Assert.Equal(Values(_source)["5.bias"].Reverse(), Initialize(weights, reversed, new Recipe()).Begun["5.bias"]);

        string[] others = ["1", "2", "3", "4"];
        Assert.Empty(weights.KeptClasses(others));
        Assert.Equal([0, 0, 0, 0], Initialize(weights, others, new Recipe()).Begun["5.bias"]);
        Assert.Throws<ArgumentException>(() => Initialize(weights, _after, new Recipe()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("module.")]
    public void Files_that_neither_describe_their_network_nor_name_its_classes_are_kept_as_far_as_that_goes(string prefix)
    {
        string file = _temporary.Below("foreign.safetensors");
        System.IO.File.WriteAllBytes(file, SafetensorsBytes.Of(_source.StateTensors.Select(tensor => new SafetensorsBytes.Part(
            prefix + tensor.Name,
            tensor.IsCount ? "I64" : "F32",
            [.. Enumerable.Range(0, tensor.Shape.Rank).Select(axis => tensor.Shape[axis])],
            TrainingFixture.Values(tensor).Select(value => (double)value)))));

        // With as many classes they are taken for the same.
        using PretrainedWeights same = PretrainedWeights.Load(file, Architecture(4));
        Assert.Equal(Values(_source), Initialize(same, ["1", "2", "3", "4"], new Recipe()).Begun);
        Assert.Null(same.ClassNames);
        Assert.Equal(prefix, same.Weights.Prefix);

        using PretrainedWeights fewer = PretrainedWeights.Load(file, Architecture(3, deviation: 0.25f));
        Assert.Equal(4, fewer.Classes);
        Assert.Equal(0.25f, fewer.Architecture.Layers.OfType<Normalize>().Single().Deviation[0]);
        (Dictionary<string, float[]> begun, Dictionary<string, float[]> drawn) = Initialize(fewer, _before[..3], new Recipe());
        Assert.Equal(drawn["5.weight"], begun["5.weight"]);
        Assert.Equal(Values(_source)["2.running_var"], begun["2.running_var"]);
    }

    [Fact]
    public void Images_may_be_of_another_size_where_the_network_takes_them()
    {
        using PretrainedWeights weights = PretrainedWeights.Load(File, Architecture(4, side: 48));
        Assert.Equal(new Shape(3, 32, 32), weights.InputShape);
        Assert.Equal(new Shape(3, 48, 48), weights.Architecture.InputShape);
    }

    [Fact]
    public void Normalisations_that_were_frozen_are_normalisations_again()
    {
        using var frozen = new Network(Architecture(4).Freeze("2."), new ExecutionOptions(), batchSize: 1, seed: 1);
        using var classifier = new Classifier(frozen, _before);
        frozen.StateTensors.Single(tensor => tensor.Name == "2.running_var").CopyFrom([3, 4]);
        classifier.Save(File);
        using PretrainedWeights weights = PretrainedWeights.Load(File, Architecture(3));
        Dictionary<string, float[]> begun = Initialize(weights, _after, new Recipe()).Begun;
        Assert.Equal([3, 4], begun["2.running_var"]);
        Assert.Equal([0], begun["2.num_batches_tracked"]);
    }

    [Fact]
    public void Other_networks_are_refused()
    {
        var other = new Architecture("other", new Shape(3, 32, 32), new Conv2d(3, 2, 3), new AdaptiveAvgPool2d(1), new Flatten(), new Linear(2, 3));
        Assert.Contains(
            "it was made for another network", Assert.Throws<CheckpointException>(() => PretrainedWeights.Load(File, other)).Message);

        using var wide = new Network(new Architecture("wide", new Shape(1), new Linear(1, 60_000)), new ExecutionOptions(), batchSize: 1, seed: 1);
        using var classifier = new Classifier(wide);
        classifier.Save(File);
        Assert.EndsWith(
            "with 60,000 classes: it was made for another network",
            Assert.Throws<CheckpointException>(() => PretrainedWeights.Load(File, new Architecture("flat", new Shape(3, 32, 32), new Flatten(), new Linear(3072, 3)))).Message);
    }

    private static Architecture Architecture(int classes, float deviation = 0.3f, int side = 32) => new(
        "small",
        new Shape(3, side, side),
        new Normalize([0.5f, 0.4f, 0.3f], [deviation, 0.5f, 0.5f]),
        new Conv2d(3, 2, KernelSize: 3),
        new BatchNorm2d(2),
        new AdaptiveAvgPool2d(2),
        new Flatten(),
        new Linear(8, classes));

    private static (Dictionary<string, float[]> Begun, Dictionary<string, float[]> Drawn) Initialize(PretrainedWeights weights, string[] classNames, Recipe recipe)
    {
        using var drawn = new Network(weights.Architecture, new ExecutionOptions(), batchSize: 1, recipe.Seed);
        using var begun = new Network(weights.Architecture, new ExecutionOptions(), batchSize: 1, recipe.Seed);
        weights.Initialize(begun, recipe, TrainingFixture.Images.Train, classNames, TestContext.Current.CancellationToken);
        return (Values(begun), Values(drawn));
    }

    private static float[] Row(Dictionary<string, float[]> tensors, int row) => tensors["5.weight"][(row * 8)..((row + 1) * 8)];

    private static Dictionary<string, float[]> Values(Network network) => network.StateTensors.ToDictionary(tensor => tensor.Name, TrainingFixture.Values);
}

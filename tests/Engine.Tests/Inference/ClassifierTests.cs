using CifarFast.Engine.Data;
using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Formats;
using CifarFast.Engine.Inference;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Data;
using CifarFast.Engine.Tests.Training;

namespace CifarFast.Engine.Tests.Inference;

/// <summary>Classifiers of networks that are of no file.</summary>
public sealed class ClassifierTests : IDisposable
{
    private static readonly Architecture _architecture = new("linear", new Shape(3, 32, 32), new Flatten(), new Linear(3072, 10));

    private static readonly ImageSet _images = TrainingFixture.Images.Test;

    private readonly Network _network = new(_architecture, new ExecutionOptions(), batchSize: 4, seed: 1);
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly TemporaryDirectory _temporary = new();

    public void Dispose()
    {
        _network.Dispose();
        _temporary.Dispose();
    }

    [Fact]
    public void It_has_the_parameters_that_the_network_has_by_then()
    {
        using var classifier = new Classifier(_network);
        Predictions before = classifier.Predict(_images, cancellation: _cancellation);
        _network.Parameters[1].CopyFrom([0, 0, 0, 1000, 0, 0, 0, 0, 0, 0]);

        ClassificationReport report = classifier.Evaluate(_images, cancellation: _cancellation);

        Assert.Contains(Enumerable.Range(0, _images.Count), i => before.Class(i) != 3);
        Assert.Equal(_images.Count, report.Classes[3].Predicted);
        Assert.Equal(_images.Labels.Count(3), report.Correct);
        Assert.Equal("class 3", report.Classes[3].Name);
        Assert.Equal("", classifier.Weights.Prefix);
        Assert.Equal(["1.weight", "1.bias"], classifier.Weights.Tensors.Select(tensor => tensor.Source));
    }

    [Fact]
    public void What_it_saves_it_loads()
    {
        using var classifier = new Classifier(_network, TrainingFixture.Images.ClassNames);
        classifier.Save(_temporary.Below("weights.safetensors"));

        using var loaded = Classifier.Load(_temporary.Below("weights.safetensors"));

        Assert.Equal(classifier.ClassNames, loaded.ClassNames);
        Assert.Equal("linear", loaded.Network.Architecture.Name);
        Assert.Equal(classifier.Predict(_images, cancellation: _cancellation).Probabilities(0), loaded.Predict(_images, cancellation: _cancellation).Probabilities(0));

        using var other = new Network(_architecture, new ExecutionOptions(), batchSize: 1, seed: 2);
        using var file = WeightsFile.Open(_temporary.Below("weights.safetensors"));
        file.CopyTo(other);
        Assert.Equal(_network.Parameters.SelectMany(TrainingFixture.Values), other.Parameters.SelectMany(TrainingFixture.Values));
    }

    [Fact]
    public void It_may_be_disposed_of_before_its_network_and_after_it()
    {
        var before = new Classifier(_network);
        before.Dispose();
        Assert.Equal(10, _network.Forward(_images.Take(1)).Width);

        var after = new Classifier(_network);
        _network.Dispose();
        after.Dispose();
        Assert.Throws<ObjectDisposedException>(() => new Classifier(_network));
    }

    [Fact]
    public void Names_and_labels_have_to_fit()
    {
        Assert.Throws<ArgumentException>(() => new Classifier(_network, ["one", "two"]));
        using var classifier = new Classifier(_network);
        Assert.Throws<ArgumentException>(() => classifier.Evaluate(_images.Take(0), cancellation: _cancellation));
        Assert.Throws<ArgumentException>(() => classifier.Evaluate(new ImageSet(3, 32, 32, new byte[3072], new[] { 10 }), cancellation: _cancellation));
        Assert.Throws<ShapeException>(() => classifier.Evaluate(new ImageSet(1, 32, 32, new byte[1024], new int[1]), cancellation: _cancellation));
    }
}

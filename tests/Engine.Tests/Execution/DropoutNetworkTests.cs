using CifarFast.Engine.Data;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Training;

namespace CifarFast.Engine.Tests.Execution;

/// <summary>What is dropped depends on seed, layer, step, image and element, and on nothing else.</summary>
public class DropoutNetworkTests
{
    private static readonly Architecture _dropout = new("dropout", new Shape(3, 32, 32), new Dropout(0.25f), new Flatten());

    private static readonly ImageSet _images = TrainingFixture.Images.Train;

    [Theory]
    [MemberData(nameof(ExecutionPaths.All), MemberType = typeof(ExecutionPaths))]
    public void It_does_not_depend_on_the_batch_or_on_what_was_before(string path)
    {
        using var one = new Network(_dropout, ExecutionPaths.Options(path), batchSize: 1, seed: 3);
        using var many = new Network(_dropout, ExecutionPaths.Options(path, threads: 3), batchSize: 8, seed: 3);
        float[] expected = Row(one.Forward(_images.Slice(17, 1)), 0);

        Assert.Contains(0, expected);
        Assert.Equal(expected, Row(many.Forward(_images.Slice(13, 8)), 4));
        Assert.Equal(expected, Row(many.Forward(_images.Select([5, 17, 4])), 1));
        Assert.Equal(expected, Row(one.Forward(_images.Slice(17, 1)), 0));
    }

    [Fact]
    public void Other_seeds_steps_images_and_layers_drop_other_elements()
    {
        var two = new Architecture("two", new Shape(500), new Dropout(), new Dropout());
        float[] ones = [.. Enumerable.Repeat(1f, 1000)];
        using var network = new Network(two, new(), batchSize: 2, seed: 3);
        using var other = new Network(two, new(), batchSize: 2, seed: 4);
        float[,] first = network.Forward(ones).ToArray();

        // Of what the two layers keep, a quarter is left.
        Assert.InRange(Row(first, 0).Count(value => value != 0), 85, 165);
        Assert.NotEqual(Row(first, 0), Row(first, 1));
        Assert.NotEqual(first, other.Forward(ones).ToArray());
        network.Step = 1;
        float[,] second = network.Forward(ones).ToArray();
        Assert.NotEqual(first, second);
        network.Step = 0;
        Assert.Equal(first, network.Forward(ones).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Step = -1);
    }

    [Fact]
    public void Updates_count_as_steps()
    {
        using var network = new Network(new Architecture("small", new Shape(3, 32, 32), new Dropout(), new Flatten(), new Linear(3072, 2)), new(), batchSize: 1, seed: 1);
        var optimizer = new OptimizerState(network, new SGD());
        network.Forward(_images.Take(1));
        network.Backward();
        Assert.Equal(0, network.Step);
        optimizer.Step();
        Assert.Equal(1, network.Step);
    }

    [Theory]
    [MemberData(nameof(ExecutionPaths.All), MemberType = typeof(ExecutionPaths))]
    public void A_network_that_classifies_drops_nothing(string path)
    {
        using var trained = new Network(_dropout, ExecutionPaths.Options(path), batchSize: 2, seed: 3);
        using var plain = new Network(new Architecture("plain", new Shape(3, 32, 32), new Flatten()), ExecutionPaths.Options(path), batchSize: 2, seed: 3);
        using Network classifier = trained.WithoutGradients(batchSize: 2);

        Assert.Equal(plain.Forward(_images.Take(2)).ToArray(), classifier.Forward(_images.Take(2)).ToArray());
    }

    [Theory]
    [MemberData(nameof(ExecutionPaths.All), MemberType = typeof(ExecutionPaths))]
    public void A_network_that_classifies_drops_nothing_from_what_others_read(string path)
    {
        var architecture = new Architecture("read twice", new Shape(2, 4, 5), new Residual(new Dropout()), new Flatten());
        using var network = new Network(architecture, ExecutionPaths.Options(path), batchSize: 1, seed: null, RequiredGradients.None);
        float[] samples = [.. Enumerable.Range(1, 40).Select(i => (float)i)];

        Assert.Equal([.. samples.Select(value => 2 * value)], Row(network.Forward(samples), 0));
    }

    private static float[] Row(CommunityToolkit.HighPerformance.ReadOnlySpan2D<float> rows, int row) => Row(rows.ToArray(), row);

    private static float[] Row(float[,] rows, int row) => [.. Enumerable.Range(0, rows.GetLength(1)).Select(column => rows[row, column])];
}

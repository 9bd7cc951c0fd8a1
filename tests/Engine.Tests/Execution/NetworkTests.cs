using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Randomness;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Tests.Execution;

public class NetworkTests
{
    public static TheoryData<string> Paths => ExecutionPaths.All;

    public static TheoryData<string> FastPaths => ExecutionPaths.Fast;

    [Theory]
    [MemberData(nameof(FastPaths))]
    public void The_same_seed_gives_the_same_weights_on_every_path(string path)
    {
        using var naive = new Network(NetworkCatalog.Reference(), ExecutionPaths.Options("naive"), batchSize: 1, seed: 5);
        using var fast = new Network(NetworkCatalog.Reference(), ExecutionPaths.Options(path), batchSize: 1, seed: 5);

        Assert.Equal(Weights(naive), Weights(fast));
    }

    [Fact]
    public void Another_seed_gives_other_weights()
    {
        using var one = new Network(NetworkCatalog.Reference(), ExecutionPaths.Options("naive"), batchSize: 1, seed: 5);
        using var other = new Network(NetworkCatalog.Reference(), ExecutionPaths.Options("naive"), batchSize: 1, seed: 6);

        Assert.NotEqual(Weights(one), Weights(other));
    }

    [Fact]
    public void Weights_need_not_be_drawn_to_the_last() => Assert.Throws<OperationCanceledException>(
        () => new Network(NetworkCatalog.Reference(), new ExecutionOptions(), batchSize: 1, seed: 1, new CancellationToken(canceled: true)));

    [Fact]
    public void Weights_are_He_normal_and_biases_zero()
    {
        using var network = new Network(NetworkCatalog.Reference(), ExecutionPaths.Options("naive"), batchSize: 1, seed: 1);

        foreach (Parameter parameter in network.Parameters)
        {
            float[] values = new float[parameter.Shape.Count];
            parameter.CopyTo(values);
            if (parameter.Shape.Rank == 1)
            {
                Assert.All(values, value => Assert.Equal(0, value));
                continue;
            }

            double variance = 2.0 / (parameter.Shape.Count / parameter.Shape[0]);
            // Five standard errors of the mean and of the variance of so many normal numbers.
            Assert.InRange(values.Average(), -5 * Math.Sqrt(variance / values.Length), 5 * Math.Sqrt(variance / values.Length));
            Assert.InRange(values.Average(value => value * value) / variance, 1 - (5 * Math.Sqrt(2.0 / values.Length)), 1 + (5 * Math.Sqrt(2.0 / values.Length)));
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Parameters_are_named_and_ordered_as_in_PyTorch(string path)
    {
        using var network = new Network(
            new Architecture("toy", new Shape(2, 2, 3), new Conv2d(2, 3, KernelSize: 2), new Flatten(), new Linear(6, 2)),
            ExecutionPaths.Options(path),
            batchSize: 1,
            seed: 1);

        Assert.Equal(["0.weight", "0.bias", "2.weight", "2.bias"], network.Parameters.Select(parameter => parameter.Name));
        Assert.Equal(["3×2×2×2", "3", "2×6", "2"], network.Parameters.Select(parameter => parameter.Shape.ToString()));

        // Kernel element (output 1, input 0, row 1, column 0) alone is 1: channel 1 of the output is row 1 of input channel 0.
        float[] kernel = new float[24];
        kernel[(1 * 8) + (0 * 4) + (1 * 2) + 0] = 1;
        network.Parameters[0].CopyFrom(kernel);

        // Linear weights pick feature (channel 1, column 1) of the 3×1×2 values for output 0, and channel 2's bias for output 1.
        float[] linear = new float[12];
        linear[(0 * 6) + (1 * 2) + 1] = 10;
        linear[(1 * 6) + (2 * 2) + 0] = 1;
        network.Parameters[2].CopyFrom(linear);
        network.Parameters[1].CopyFrom([0, 0, 7]);
        network.Parameters[3].CopyFrom([0.5f, 0.25f]);
        Span<float> input = network.Input.Sample(0);
        for (int feature = 0; feature < 12; feature++)
        {
            input[network.Input.Layout.OffsetOfFeature(feature)] = feature;
        }

        network.Forward(1, TestContext.Current.CancellationToken);

        // Input channel 0 is rows (0 1 2) and (3 4 5), so the window at column 1 meets 4 in row 1.
        Assert.Equal([40.5f, 7.25f], network.Output.Sample(0).ToArray());
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Parameters_come_out_as_they_went_in(string path)
    {
        using var network = new Network(NetworkCatalog.Reference(), ExecutionPaths.Options(path), batchSize: 1, seed: 1);

        foreach (Parameter parameter in network.Parameters)
        {
            float[] values = [.. Enumerable.Range(1, parameter.Shape.Count).Select(i => (float)i)];
            parameter.CopyFrom(values);
            float[] back = new float[values.Length];
            parameter.CopyTo(back);
            Assert.Equal(values, back);
            Assert.Throws<ArgumentException>(() => parameter.CopyTo(new float[1 + values.Length]));
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void ReLU_and_max_pooling_computed_the_other_way_round_give_what_the_two_give_in_order(string path)
    {
        foreach (var pooling in new[] { new MaxPool2d(2), new MaxPool2d(3, stride: 2), new MaxPool2d(3, stride: 1) })
        {
            AssertCommute(pooling, path);
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Training_keeps_no_image_that_is_about_to_be_pooled(string path)
    {
        using var network = new Network(NetworkCatalog.Reference(), ExecutionPaths.Options(path), batchSize: 2, seed: 1);

        Assert.Equal(["32×32×32", "128×16×16"], network.Plan.Values.Where(value => !value.Activation.IsBatch).Select(Size));
    }

    /// <summary>Of a first convolution of few pixels, normalisations and activations only the input is kept, whether the two are one layer or not. What a linear layer reads, all of the batch, is kept.</summary>
    [Theory]
    [MemberData(nameof(Paths))]
    public void Training_keeps_no_value_that_a_few_operations_compute_again(string path)
    {
        using var network = new Network(Normalized(), ExecutionPaths.Options(path), batchSize: 2, seed: 1);

        string[] kept = [.. network.Plan.Values.Select(value => value.Activation).Distinct().Where(value => value.IsBatch).Select(value => new Shape(value.Layout.Channels, value.Layout.Height, value.Layout.Width).ToString())];
        Assert.Equal(["3×9×9", "16×7×7", "17×7×7", "18×7×7", "18×7×7", "10×1×1"], kept);
    }

    /// <summary>Two of them are needed at a time.</summary>
    [Fact]
    public void Gradients_that_leave_a_stage_take_turns_with_the_same_memory()
    {
        using var network = new Network(Normalized(), new ExecutionOptions { Threads = 1 }, batchSize: 2, seed: 1);

        SampleBuffer[] gradients = [.. network.Plan.Values.Where(value => value != network.Output).Select(value => value.Gradient).Distinct().Where(gradient => gradient.IsBatch)];
        Assert.Equal(4, gradients.Length);
        Assert.Equal(2, gradients.Count(gradient => gradient.BatchFloats > 0));
        Assert.All(gradients.Zip(gradients.Skip(1)), pair => Assert.False(pair.First.Batch.Span.Overlaps(pair.Second.Batch.Span)));
    }

    private static Architecture Normalized() => new(
        "normalized", new Shape(3, 9, 9),
        new Normalize([0.5f, 0.4f, 0.3f], [0.25f, 0.5f, 0.75f]), new Conv2d(3, 24, KernelSize: 2), new GELU(), new Conv2d(24, 16, KernelSize: 2),
        new BatchNorm2d(16), new SiLU(), new Conv2d(16, 17, KernelSize: 3, Padding: 1), new BatchNorm2d(17), new GELU(), new Conv2d(17, 18, KernelSize: 3, Padding: 1),
        new BatchNorm2d(18), new GELU(), new Flatten(), new Linear(882, 10));

    [Fact]
    public void A_disposed_network_says_so()
    {
        var network = new Network(NetworkCatalog.Reference(), ExecutionPaths.Options("naive"), batchSize: 1, seed: 1);
        network.Dispose();
        network.Dispose();

        Assert.Throws<ObjectDisposedException>(() => network.Forward(1, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Batches_and_threads_must_be_positive_and_fit()
    {
        Architecture architecture = NetworkCatalog.Reference();
        Assert.Throws<ArgumentOutOfRangeException>(() => new Network(architecture, ExecutionPaths.Options("naive"), batchSize: 0, seed: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Network(architecture, ExecutionPaths.Options("naive", threads: 0), batchSize: 1, seed: 1));
        using var network = new Network(architecture, ExecutionPaths.Options("naive"), batchSize: 2, seed: 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Forward(3, TestContext.Current.CancellationToken));
    }

    private static string Size(Value value) => $"{value.Layout.Channels}×{value.Layout.Height}×{value.Layout.Width}";

    /// <summary>ReLU, twice, and max-pooling in one network against each in a network of its own.</summary>
    private static void AssertCommute(MaxPool2d pooling, string path)
    {
        const int samples = 3;
        var relu = new ReLU();
        var shape = new Shape(17, 6, 4);
        Shape pooled = pooling.OutputShape(shape);
        var random = new Xoshiro256(seed: 3);
        // Few values: many windows have their maximum twice, or nothing above zero.
        float[] input = [.. Enumerable.Range(0, samples * shape.Count).Select(_ => MathF.Floor(random.NextSingle(-3, 3)))];
        float[] outputGradient = [.. Enumerable.Range(0, samples * pooled.Count).Select(_ => random.NextSingle(-1, 1))];
        using Network both = Make(relu, relu, pooling);
        using Network first = Make(relu);
        using Network second = Make(pooling);

        Assert.Equal(Forward(second, Forward(first, input)), Forward(both, input));
        Assert.Equal(Backward(first, Backward(second, outputGradient)), Backward(both, outputGradient));

        Network Make(params Module[] layers) => new(
            new Architecture("some", shape, layers), ExecutionPaths.Options(path), samples, seed: 1, RequiredGradients.ParametersAndInput);
    }

    private static float[] Forward(Network network, float[] input)
    {
        Each(network, network.Input.Layout, (sample, at, feature) => network.Input.Sample(sample)[at] = input[feature]);
        network.Forward(network.BatchSize);
        var output = new List<float>();
        Each(network, network.Output.Layout, (sample, at, _) => output.Add(network.Output.Sample(sample)[at]));
        return [.. output];
    }

    private static float[] Backward(Network network, float[] outputGradient)
    {
        SampleLayout output = network.Output.Gradient.Layout;
        SampleLayout input = network.Input.Gradient.Layout;
        Each(network, output, (sample, at, feature) => network.Output.Gradient.Batch.Span[(sample * output.Stride) + at] = outputGradient[feature]);
        network.Backward(network.BatchSize);
        var inputGradient = new List<float>();
        Each(network, input, (sample, at, _) => inputGradient.Add(network.Input.Gradient.Batch.Span[(sample * input.Stride) + at]));
        return [.. inputGradient];
    }

    /// <summary>Goes through a batch: sample, place in the sample's memory, and number of the feature in the whole batch.</summary>
    private static void Each(Network network, SampleLayout layout, Action<int, int, int> visit)
    {
        for (int i = 0; i < network.BatchSize * layout.Features; i++)
        {
            visit(i / layout.Features, layout.OffsetOfFeature(i % layout.Features), i);
        }
    }

    private static float[] Weights(Network network) =>
        [.. network.Parameters.SelectMany(parameter =>
        {
            float[] values = new float[parameter.Shape.Count];
            parameter.CopyTo(values);
            return values;
        })];
}

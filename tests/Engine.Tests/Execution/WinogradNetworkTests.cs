using CifarFast.Engine.Data;
using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Training;

namespace CifarFast.Engine.Tests.Execution;

/// <summary>Whole networks whose convolutions are computed by Winograd's algorithm.</summary>
public class WinogradNetworkTests
{
    private const int BatchSize = 16;

    private static readonly ImageSet _images = TrainingFixture.Images.Train;

    [Theory]
    [MemberData(nameof(ExecutionPaths.Fast), MemberType = typeof(ExecutionPaths))]
    public void The_reference_network_says_the_same_as_with_direct_convolutions(string tier)
    {
        Predictions direct = Predict(Direct(tier), _images);
        Predictions winograd = Predict(Winograd(tier), _images);

        Assert.Equal(direct.MeanLoss(_images.Labels), winograd.MeanLoss(_images.Labels), 1e-5);
        for (int i = 0; i < _images.Count; i++)
        {
            float[] expected = direct.Logits(i).ToArray();
            float[] actual = winograd.Logits(i).ToArray();
            float size = expected.Max(Math.Abs);
            Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.Second - pair.First, -1e-5f * size, 1e-5f * size));

            // Outputs that are as good as equal may change places.
            Assert.InRange(expected[winograd.Class(i)], expected[direct.Class(i)] - (2e-5f * size), float.PositiveInfinity);
        }

        // It did compute something else.
        Assert.NotEqual(direct.Logits(0).ToArray(), winograd.Logits(0).ToArray());
    }

    [Theory]
    [MemberData(nameof(ExecutionPaths.Fast), MemberType = typeof(ExecutionPaths))]
    public void Outputs_are_bitwise_the_same_for_every_number_of_threads_and_every_batch(string tier)
    {
        ImageSet images = _images.Take(40);
        float[] one = Logits(Predict(Winograd(tier), images));

        Assert.Equal(one, Logits(Predict(Winograd(tier, threads: 2), images)));
        Assert.Equal(one, Logits(Predict(Winograd(tier, threads: 5), images)));
        Assert.Equal(one, Logits(Predict(Winograd(tier), images, batchSize: 7)));
    }

    [Fact]
    public void Weights_that_change_between_two_passes_are_noticed()
    {
        using var network = new Network(NetworkCatalog.Reference(), Winograd(SimdTiers.Best.Name()), BatchSize, seed: 1);
        using var other = new Network(NetworkCatalog.Reference(), Winograd(SimdTiers.Best.Name()), BatchSize, seed: 2);
        ImageSet images = _images.Take(BatchSize);
        float[] before = Logits(Predict(network, images));
        foreach ((Parameter parameter, Parameter source) in network.Parameters.Zip(other.Parameters))
        {
            float[] values = new float[source.Shape.Count];
            source.CopyTo(values);
            parameter.CopyFrom(values);
        }

        float[] after = Logits(Predict(network, images));
        Assert.NotEqual(before, after);
        Assert.Equal(Logits(Predict(other, images)), after);
    }

    [Fact]
    public void The_choice_does_not_change_what_naive_kernels_compute()
    {
        ImageSet images = _images.Take(2);
        ExecutionOptions naive = ExecutionPaths.Options("naive");

        Assert.Equal(
            Logits(Predict(naive, images)),
            Logits(Predict(naive with { Convolution = ConvolutionKind.Winograd }, images)));
    }

    [Theory]
    [MemberData(nameof(ExecutionPaths.Fast), MemberType = typeof(ExecutionPaths))]
    public void Gradients_agree_with_those_of_direct_convolutions(string tier)
    {
        var architecture = new Architecture(
            "two", new Shape(16, 6, 7), new Conv2d(16, 17, KernelSize: 3, Padding: 1), new Conv2d(17, 16, KernelSize: 3));

        AssertGradientsAgree(architecture, Direct(tier), Winograd(tier, threads: 2), samples: 3);
    }

    /// <summary>The first convolution is computed again when the transformed filters of its own backward pass are there already.</summary>
    [Theory]
    [MemberData(nameof(ExecutionPaths.Fast), MemberType = typeof(ExecutionPaths))]
    public void Gradients_agree_where_a_convolution_is_computed_again(string tier)
    {
        var architecture = new Architecture(
            "again", new Shape(1, 8, 8), new Conv2d(1, 16, KernelSize: 3, Padding: 1), new GELU(), new Conv2d(16, 16, KernelSize: 3, Padding: 1), new GELU());

        AssertGradientsAgree(architecture, Direct(tier), Winograd(tier), samples: 3);
    }

    /// <summary>What is computed again for a convolution that takes more samples at once than the layers before it has a place for each of them.</summary>
    [Theory]
    [MemberData(nameof(ExecutionPaths.Fast), MemberType = typeof(ExecutionPaths))]
    public void Gradients_agree_where_layers_take_different_numbers_of_samples_at_once(string tier)
    {
        var architecture = new Architecture(
            "numbers", new Shape(1, 20, 20), new Conv2d(1, 16, KernelSize: 3, Padding: 1), new GELU(), new Conv2d(16, 16, KernelSize: 3, Padding: 1), new MaxPool2d(11));
        using var network = new Network(architecture, Winograd(tier), batchSize: 96, seed: 7);

        Assert.NotEqual(network.Plan.Nodes[0].SamplesAtOnce, network.Plan.Nodes[2].SamplesAtOnce);
        AssertGradientsAgree(architecture, Direct(tier), Winograd(tier), samples: 96);
    }

    private static void AssertGradientsAgree(Architecture architecture, ExecutionOptions direct, ExecutionOptions winograd, int samples)
    {
        using var right = new NetworkProbe(architecture, direct, samples, seed: 7);
        using var tested = new NetworkProbe(architecture, winograd, samples, seed: 7);
        (float[] expectedInput, float[][] expected) = right.Gradients();
        (float[] actualInput, float[][] actual) = tested.Gradients();

        AssertClose(expectedInput, actualInput);
        Assert.All(expected.Zip(actual), pair => AssertClose(pair.First, pair.Second));
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        float size = expected.Max(Math.Abs);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.Second - pair.First, -1e-5f * size, 1e-5f * size));
    }

    private static ExecutionOptions Direct(string tier) => ExecutionPaths.Options(tier) with { Convolution = ConvolutionKind.Direct };

    private static ExecutionOptions Winograd(string tier, int threads = 1) =>
        ExecutionPaths.Options(tier, threads) with { Convolution = ConvolutionKind.Winograd };

    private static Predictions Predict(ExecutionOptions execution, ImageSet images, int batchSize = BatchSize)
    {
        using var network = new Network(NetworkCatalog.Reference(), execution, batchSize, seed: 3);
        return Predict(network, images);
    }

    private static Predictions Predict(Network network, ImageSet images) =>
        new Evaluator(network, images).Run(progress: null, TestContext.Current.CancellationToken);

    private static float[] Logits(Predictions predictions) =>
        [.. Enumerable.Range(0, predictions.Count).SelectMany(i => predictions.Logits(i).ToArray())];
}

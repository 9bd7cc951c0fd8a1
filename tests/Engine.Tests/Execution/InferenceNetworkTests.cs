using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Randomness;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Tests.Execution;

/// <summary>Networks made without gradients, whose values between layers live in the threads' workspaces.</summary>
public class InferenceNetworkTests
{
    private const int BatchSize = 11;

    private static readonly Architecture[] _architectures =
    [
        new("convolutions", new Shape(3, 9, 8), new Conv2d(3, 17, KernelSize: 3, Padding: 1), new ReLU(), new Conv2d(17, 16, KernelSize: 5, Stride: 2, Padding: 2)),
        new("one in place", new Shape(2, 4, 5), new ReLU()),
        new("pooled", new Shape(16, 8, 8), new ReLU(), new Conv2d(16, 32, KernelSize: 3, Padding: 1), new MaxPool2d(2), new ReLU(), new Conv2d(32, 20, KernelSize: 3, Padding: 1), new MaxPool2d(2)),
        new("residual", new Shape(3, 8, 8), new Conv2d(3, 16, KernelSize: 3, Padding: 1), new ReLU(),
            new Residual(new Sequential(new Conv2d(16, 16, KernelSize: 3, Padding: 1), new ReLU(), new Conv2d(16, 16, KernelSize: 3, Padding: 1))),
            new Residual(new Sequential(new Conv2d(16, 32, KernelSize: 3, Padding: 1), new MaxPool2d(2)), new Conv2d(16, 32, KernelSize: 1, Stride: 2)), new ReLU()),
        new("linear between", new Shape(2, 6, 6), new Conv2d(2, 4, KernelSize: 3), new Flatten(), new Linear(64, 33), new ReLU(), new Linear(33, 7), new ReLU()),
    ];

    public static TheoryData<string> Paths => ExecutionPaths.All;

    [Theory]
    [MemberData(nameof(Paths))]
    public void Says_bit_by_bit_what_a_network_with_gradients_says(string path)
    {
        foreach (ExecutionOptions execution in new[] { 1, 3 }.SelectMany(threads => Ways(path, threads)))
        {
            foreach (Architecture architecture in _architectures)
            {
                using var training = new Network(architecture, execution, BatchSize, seed: 4);
                using Network inference = training.WithoutGradients(BatchSize);

                // More than one batch, the last one smaller: what the ones before left behind must not show.
                foreach ((ulong stream, int samples) in new[] { (1UL, BatchSize), (2UL, BatchSize), (3UL, 5) })
                {
                    Assert.Equal(Outputs(training, samples, stream), Outputs(inference, samples, stream));
                }
            }
        }
    }

    [Fact]
    public void Has_no_gradients()
    {
        using var training = new Network(_architectures[2], ExecutionPaths.Options("naive"), BatchSize, seed: 4);
        using Network inference = training.WithoutGradients(BatchSize);
        inference.Forward(1, TestContext.Current.CancellationToken);

        Assert.Throws<InvalidOperationException>(() => inference.Backward(1, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Takes_a_fraction_of_the_memory()
    {
        Architecture reference = NetworkCatalog.Reference();
        long training = Allocated(() => new Network(reference, ExecutionPaths.Options("naive", threads: 2), batchSize: 131, seed: 1));
        long inference = Allocated(() => new Network(reference, ExecutionPaths.Options("naive", threads: 2), batchSize: 133, seed: 1, RequiredGradients.None));

        Assert.InRange(inference, 1, training / 5);
    }

    [Fact]
    public void Takes_over_whatever_the_parameters_become()
    {
        using var training = new Network(_architectures[^1], ExecutionPaths.Options("naive"), BatchSize, seed: 4);
        using Network inference = training.WithoutGradients(BatchSize);
        float[] before = Outputs(inference, BatchSize, stream: 1);
        foreach (Parameter parameter in training.Parameters)
        {
            parameter.CopyFrom([.. Enumerable.Range(1, parameter.Shape.Count).Select(i => i % 7 * 0.1f)]);
        }

        float[] after = Outputs(inference, BatchSize, stream: 1);
        Assert.NotEqual(before, after);
        Assert.Equal(Outputs(training, BatchSize, stream: 1), after);
    }

    [Fact]
    public void Leaves_the_parameters_to_their_owner()
    {
        using var training = new Network(_architectures[^1], ExecutionPaths.Options("naive"), BatchSize, seed: 4);
        float[] before = Outputs(training, BatchSize, stream: 1);
        training.WithoutGradients(BatchSize).Dispose();

        // Were the memory given back, the next network of the same size would get it.
        using var next = new Network(_architectures[^1], ExecutionPaths.Options("naive"), BatchSize, seed: 5);
        Assert.Equal(before, Outputs(training, BatchSize, stream: 1));
    }

    private static ExecutionOptions[] Ways(string path, int threads) =>
    [
        ExecutionPaths.Options(path, threads) with { Convolution = ConvolutionKind.Direct },
        ExecutionPaths.Options(path, threads) with { Convolution = ConvolutionKind.Winograd },
    ];

    private static float[] Outputs(Network network, int samples, ulong stream)
    {
        var random = new Xoshiro256(seed: 6, stream);
        for (int sample = 0; sample < samples; sample++)
        {
            Span<float> input = network.Input.Sample(sample);
            for (int feature = 0; feature < network.Input.Layout.Features; feature++)
            {
                input[network.Input.Layout.OffsetOfFeature(feature)] = random.NextSingle(-1, 1);
            }
        }

        network.Forward(samples);
        SampleLayout layout = network.Output.Layout;
        return [.. Enumerable.Range(0, samples).SelectMany(
            sample => Enumerable.Range(0, layout.Features).Select(feature => network.Output.Sample(sample)[layout.OffsetOfFeature(feature)]))];
    }

    private static long Allocated(Func<Network> make)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        using Network network = make();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}

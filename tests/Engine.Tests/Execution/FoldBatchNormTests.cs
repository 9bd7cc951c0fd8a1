using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Randomness;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Training;

namespace CifarFast.Engine.Tests.Execution;

/// <summary>Networks that only classify, whose convolutions compute the batch normalisation behind them along.</summary>
public class FoldBatchNormTests
{
    private const int Samples = 3;

    private static readonly Shape _input = new(3, 9, 10);

    /// <summary>Channels that fill vectors and others, every kind of kernel, with a bias and without.</summary>
    private static readonly (Module[] Modules, int Folded)[] _networks =
    [
        ([Conv(3, 16, bias: false), new BatchNorm2d(16), new ReLU(), Conv(16, 40, bias: false), new BatchNorm2d(40, Epsilon: 0.1f)], 2),
        ([Conv(3, 5, bias: true), new BatchNorm2d(5), new GELU(), new Conv2d(5, 70, KernelSize: 1, Stride: 2), new Frozen(new BatchNorm2d(70), "weight")], 2),
        ([new Residual(new Sequential(Conv(3, 17, bias: false), new BatchNorm2d(17), new ReLU(), Conv(17, 3, bias: true), new BatchNorm2d(3))), new ReLU()], 2),
        ([Conv(3, 16, bias: false), new MaxPool2d(2), new BatchNorm2d(16)], 0),
        ([Conv(3, 3, bias: false), new Residual(new BatchNorm2d(3))], 0),
        ([new BatchNorm2d(3), Conv(3, 4, bias: false), new BatchNorm2d(4), new BatchNorm2d(4)], 1),
    ];

    public static TheoryData<string> Paths => ExecutionPaths.Fast;

    [Theory]
    [MemberData(nameof(Paths))]
    public void Outputs_are_those_of_one_layer_after_another(string path)
    {
        foreach (ConvolutionKind kind in new[] { ConvolutionKind.Direct, ConvolutionKind.Winograd })
        {
            foreach ((Module[] modules, int folded) in _networks)
            {
                ExecutionOptions execution = ExecutionPaths.Options(path, threads: 2) with { Convolution = kind };
                using Network network = Create(modules, execution);
                using Network apart = Create([.. modules.Select(Apart)], execution);
                Assert.Equal(folded, Folded(network));
                Assert.Equal(0, Folded(apart));

                float[] expected = Forward(apart);
                float size = expected.Max(Math.Abs);
                Assert.All(expected.Zip(Forward(network)), pair => Assert.InRange(pair.Second - pair.First, -2e-5f * size, 2e-5f * size));
            }
        }
    }

    [Fact]
    public void Bits_are_the_same_on_every_tier_and_for_every_number_of_threads()
    {
        foreach (ConvolutionKind kind in new[] { ConvolutionKind.Direct, ConvolutionKind.Winograd })
        {
            foreach ((Module[] modules, _) in _networks)
            {
                float[][] outputs =
                [
                    .. from path in ExecutionPaths.Fast.Select(row => row.Data)
                       from threads in new[] { 1, 3 }
                       select Outputs(modules, ExecutionPaths.Options(path, threads) with { Convolution = kind }),
                ];
                Assert.All(outputs, output => Assert.Equal(outputs[0], output));
            }
        }
    }

    [Fact]
    public void Weights_and_statistics_that_change_between_two_passes_are_noticed()
    {
        (Module[] modules, _) = _networks[0];
        using var trained = new Network(Architecture(modules), new ExecutionOptions { Threads = 1 }, Samples, seed: 1);
        using Network network = trained.WithoutGradients(Samples);
        Scatter(trained, seed: 1);
        float[] before = Forward(network);
        foreach (StateTensor tensor in trained.StateTensors.Where(tensor => !tensor.IsCount))
        {
            float[] values = TrainingFixture.Values(tensor);
            tensor.CopyFrom([.. values.Select(value => value * 1.5f)]);
            float[] after = Forward(network);
            Assert.NotEqual(before, after);

            // As a network says that has never known others.
            using Network other = trained.WithoutGradients(Samples);
            Assert.Equal(Forward(other), after);
            tensor.CopyFrom(values);
            Assert.Equal(before, Forward(network));
        }
    }

    [Fact]
    public void Training_goes_by_the_layers()
    {
        using var trained = new Network(Architecture(_networks[0].Modules), new ExecutionOptions { Threads = 1 }, Samples, seed: 1);
        Assert.Equal(0, Folded(trained));
    }

    private static Conv2d Conv(int inputs, int outputs, bool bias) => new(inputs, outputs, KernelSize: 3, Padding: 1, Bias: bias);

    /// <summary>The same with a layer behind each convolution that leaves values as they are.</summary>
    private static Module Apart(Module module) => module switch
    {
        Residual residual => new Residual(Apart(residual.Body), residual.Shortcut),
        Sequential sequential => new Sequential([.. sequential.Modules.Select(Apart)]),
        Conv2d => new Sequential(module, new Scale(1)),
        _ => module,
    };

    private static Architecture Architecture(Module[] modules) => new("normalised", _input, modules);

    private static Network Create(Module[] modules, ExecutionOptions execution)
    {
        var network = new Network(Architecture(modules), execution, Samples, seed: null, RequiredGradients.None);
        Scatter(network, seed: 1);
        return network;
    }

    /// <summary>Values that hide no mistake; what is a variance is positive.</summary>
    private static void Scatter(Network network, ulong seed)
    {
        var random = new Xoshiro256(seed);
        foreach (StateTensor tensor in network.StateTensors.Where(tensor => !tensor.IsCount))
        {
            bool isVariance = tensor.Name.EndsWith("running_var", StringComparison.Ordinal);
            tensor.CopyFrom([.. Enumerable.Range(0, tensor.Shape.Count).Select(_ => isVariance ? random.NextSingle(0.2f, 2) : random.NextSingle(-1, 1))]);
        }
    }

    private static int Folded(Network network) => network.Plan.Nodes.Count(node => node.Layer is FoldedBatchNorm2d);

    private static float[] Outputs(Module[] modules, ExecutionOptions execution)
    {
        using Network network = Create(modules, execution);
        return Forward(network);
    }

    private static float[] Forward(Network network)
    {
        var random = new Xoshiro256(seed: 7);
        SampleLayout input = network.Input.Layout;
        for (int i = 0; i < Samples * input.Features; i++)
        {
            network.Input.Sample(i / input.Features)[input.OffsetOfFeature(i % input.Features)] = random.NextSingle(-1, 1);
        }

        network.Forward(Samples, TestContext.Current.CancellationToken);
        SampleLayout layout = network.Output.Layout;
        return [.. Enumerable.Range(0, Samples * layout.Features).Select(i => network.Output.Sample(i / layout.Features)[layout.OffsetOfFeature(i % layout.Features)])];
    }
}

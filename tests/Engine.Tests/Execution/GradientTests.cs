using CifarFast.Engine.Nn;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Tests.Execution;

/// <summary>Every gradient against central differences, on every path.</summary>
public class GradientTests
{
    /// <summary>Small enough for a straight line between the two sides, large enough for 24-bit floats.</summary>
    private const float Step = 1e-2f;

    /// <summary>Many layers have many kinks, which a narrower step meets less often; and what is curved looks straight to it.</summary>
    private const float DeepStep = 3e-3f;

    private static readonly Dictionary<string, Architecture> Cases = new List<Architecture>
    {
        new("conv3", new Shape(3, 5, 7), new Conv2d(3, 4, KernelSize: 3, Padding: 1)),
        new("conv3-no-padding", new Shape(2, 6, 5), new Conv2d(2, 17, KernelSize: 3)),
        new("conv3-stride2", new Shape(3, 7, 6), new Conv2d(3, 5, KernelSize: 3, Stride: 2, Padding: 1)),
        new("conv5-padding2", new Shape(1, 6, 7), new Conv2d(1, 3, KernelSize: 5, Padding: 2)),
        new("conv1", new Shape(4, 3, 5), new Conv2d(4, 6, KernelSize: 1)),
        new("conv1-stride2-padding1", new Shape(2, 5, 4), new Conv2d(2, 3, KernelSize: 1, Stride: 2, Padding: 1)),
        new("conv2-stride3", new Shape(2, 8, 7), new Conv2d(2, 3, KernelSize: 2, Stride: 3)),
        new("conv-conv", new Shape(2, 6, 6), new Conv2d(2, 16, KernelSize: 3, Padding: 1), new Conv2d(16, 3, KernelSize: 3, Stride: 2)),
        new("conv-flatten-linear", new Shape(2, 4, 5), new Conv2d(2, 3, KernelSize: 3, Padding: 1), new Flatten(), new Linear(60, 4)),
        new("linear", new Shape(13), new Linear(13, 5)),
        new("flatten-linear", new Shape(3, 4, 2), new Flatten(), new Linear(24, 7)),
        new("linear-relu-linear", new Shape(9), new Linear(9, 11), new ReLU(), new Linear(11, 3)),
        new("pool2", new Shape(3, 4, 6), new MaxPool2d(2)),
        new("pool3-stride2", new Shape(2, 7, 6), new MaxPool2d(3, stride: 2)),
        new("pool2-odd", new Shape(17, 5, 5), new MaxPool2d(2)),
        new("dropout", new Shape(3, 4, 6), new Dropout(0.3f)),
        new("linear-dropout-linear", new Shape(9), new Linear(9, 11), new GELU(), new Dropout(), new Linear(11, 3)),
        new("conv1-dropout-conv3", new Shape(2, 3, 4), new Conv2d(2, 5, KernelSize: 1), new Dropout(0.3f), new Conv2d(5, 3, KernelSize: 3, Padding: 1)),
        new("read-by-dropout-and-sum", new Shape(2, 3, 4), new Residual(new Dropout(0.3f)), new Conv2d(2, 3, KernelSize: 3, Padding: 1), new Residual(new Dropout())),
        new("avg-pool2", new Shape(3, 4, 6), new AvgPool2d(2)),
        new("avg-pool3-stride2", new Shape(2, 7, 6), new AvgPool2d(3, stride: 2)),
        new("avg-pool2-stride3", new Shape(17, 5, 6), new AvgPool2d(2, stride: 3)),
        new("adaptive-avg-pool", new Shape(3, 7, 5), new AdaptiveAvgPool2d(3, 2)),
        new("adaptive-avg-pool-larger", new Shape(2, 2, 3), new AdaptiveAvgPool2d(3, 4)),
        new("adaptive-max-pool", new Shape(3, 5, 7), new AdaptiveMaxPool2d(3, 2)),
        new("conv3-adaptive-max-pool-conv3", new Shape(2, 7, 5), new Conv2d(2, 16, KernelSize: 3, Padding: 1), new AdaptiveMaxPool2d(2), new Conv2d(16, 3, KernelSize: 3, Padding: 1)),
        new("conv3-avg-pools-linear", new Shape(2, 7, 8), new Conv2d(2, 5, KernelSize: 3, Padding: 1), new AvgPool2d(2), new Conv2d(5, 6, KernelSize: 3, Padding: 1), new AdaptiveAvgPool2d(1), new Flatten(), new Linear(6, 3)),
        new("relu", new Shape(2, 3, 4), new ReLU()),
        new("leaky-relu", new Shape(2, 3, 4), new LeakyReLU(0.25f)),
        new("linear-leaky-relu-linear", new Shape(9), new Linear(9, 11), new LeakyReLU(0.25f), new Linear(11, 3)),
        new("conv1-leaky-relu-conv3", new Shape(2, 3, 2), new Conv2d(2, 2, KernelSize: 1), new LeakyReLU(0.25f), new Conv2d(2, 3, KernelSize: 3, Padding: 1)),
        new("gelu", new Shape(2, 3, 4), new GELU()),
        new("gelu-tanh", new Shape(2, 3, 4), new GELU(GELUApproximation.Tanh)),
        new("silu", new Shape(2, 3, 4), new SiLU()),
        new("linear-gelu-linear", new Shape(9), new Linear(9, 11), new GELU(), new Linear(11, 3)),
        new("conv1-gelu-conv3", new Shape(2, 3, 2), new Conv2d(2, 2, KernelSize: 1), new GELU(), new Conv2d(2, 3, KernelSize: 3, Padding: 1)),
        new("conv3-silu-silu-pool2", new Shape(2, 4, 5), new Conv2d(2, 3, KernelSize: 3, Padding: 1), new SiLU(), new SiLU(), new MaxPool2d(2)),
        new("conv3-pool2-gelu-conv3", new Shape(2, 6, 5), new Conv2d(2, 16, KernelSize: 3, Padding: 1), new MaxPool2d(2), new GELU(), new Conv2d(16, 3, KernelSize: 3, Padding: 1)),
        new("read-by-gelu-and-sum", new Shape(2, 3, 4), new Residual(new GELU()), new Residual(new Sequential(new SiLU(), new GELU(GELUApproximation.Tanh)))),
        new("relu-pool2", new Shape(17, 4, 6), new ReLU(), new MaxPool2d(2)),
        new("conv-relu-pool2", new Shape(16, 6, 5), new Conv2d(16, 5, KernelSize: 3, Padding: 1), new ReLU(), new MaxPool2d(2)),
        new("conv-pool2-conv-pool3", new Shape(2, 9, 8), new Conv2d(2, 16, KernelSize: 3, Padding: 1), new MaxPool2d(2), new Conv2d(16, 3, KernelSize: 3), new MaxPool2d(2, stride: 3)),
        new("conv-relu-relu-pool3", new Shape(2, 7, 6), new Conv2d(2, 5, KernelSize: 3, Padding: 1), new ReLU(), new ReLU(), new MaxPool2d(3, stride: 2)),
        new("reference-in-small", new Shape(3, 8, 8),
            new Conv2d(3, 4, KernelSize: 3, Padding: 1), new ReLU(), new Conv2d(4, 6, KernelSize: 3, Padding: 1), new ReLU(), new MaxPool2d(2),
            new Conv2d(6, 8, KernelSize: 3, Padding: 1), new ReLU(), new Conv2d(8, 10, KernelSize: 3, Padding: 1), new ReLU(), new MaxPool2d(2),
            new Flatten(), new Linear(40, 12), new ReLU(), new Linear(12, 10)),
        new("residual", new Shape(3, 5, 6),
            new Conv2d(3, 5, KernelSize: 3, Padding: 1),
            new Residual(new Sequential(new Conv2d(5, 4, KernelSize: 3, Padding: 1), new ReLU(), new Conv2d(4, 5, KernelSize: 3, Padding: 1))), new ReLU()),
        new("residual-shortcut", new Shape(3, 6, 5), new Residual(
            new Sequential(new Conv2d(3, 6, KernelSize: 3, Stride: 2, Padding: 1), new ReLU(), new Conv2d(6, 5, KernelSize: 3, Padding: 1)),
            new Conv2d(3, 5, KernelSize: 1, Stride: 2))),
        new("residual-pools", new Shape(3, 6, 4), new Residual(
            new Sequential(new Conv2d(3, 16, KernelSize: 3, Padding: 1), new MaxPool2d(2), new ReLU(), new Conv2d(16, 3, KernelSize: 3, Padding: 1)),
            new MaxPool2d(2))),
        new("read-three-times", new Shape(2, 4, 5), new Conv2d(2, 3, KernelSize: 1), new Residual(new Residual(new Conv2d(3, 3, KernelSize: 3, Padding: 1)))),
        new("read-by-relu-and-sum", new Shape(2, 3, 4), new Residual(new ReLU()), new Residual(new Sequential(new ReLU(), new ReLU()))),
        new("flatten-residual", new Shape(3, 4, 5), new Conv2d(3, 4, KernelSize: 3), new Flatten(), new Residual(new Linear(24, 24)), new Linear(24, 3)),
        new("flatten-relu-residual", new Shape(3, 4, 5), new Conv2d(3, 4, KernelSize: 3), new ReLU(), new Flatten(), new Residual(new ReLU(), new Linear(24, 24)), new Linear(24, 3)),
        new("frozen", new Shape(3, 5, 6),
            new Frozen(new Conv2d(3, 4, KernelSize: 3, Padding: 1)), new ReLU(),
            new Frozen(new Residual(new Conv2d(4, 4, KernelSize: 3, Padding: 1))), new Flatten(), new Frozen(new Linear(120, 6)), new ReLU(), new Linear(6, 3)),
        new("frozen-batchnorm", new Shape(3, 4, 5), new FrozenBatchNorm2d(3), new Conv2d(3, 17, KernelSize: 3, Padding: 1), new FrozenBatchNorm2d(17), new Residual(new FrozenBatchNorm2d(17))),
        new("conv-no-bias", new Shape(3, 5, 7), new Conv2d(3, 4, KernelSize: 3, Padding: 1, Bias: false)),
        new("conv-no-bias-pool2", new Shape(16, 6, 5), new Conv2d(16, 5, KernelSize: 3, Padding: 1, Bias: false), new MaxPool2d(2)),
        new("linear-no-bias", new Shape(13), new Linear(13, 5, Bias: false)),
        new("conv-weight-frozen", new Shape(3, 5, 7), new Frozen(new Conv2d(3, 4, KernelSize: 2), "weight"), new Conv2d(4, 2, KernelSize: 3)),
        new("normalize", new Shape(3, 4, 5), new Normalize([0.5f, -1, 0.25f], [0.5f, 2, 0.75f]), new Conv2d(3, 2, KernelSize: 3, Padding: 1)),
        new("scale", new Shape(2, 3, 4), new Conv2d(2, 3, KernelSize: 3), new Scale(-0.5f)),
        new("batchnorm", new Shape(3, 4, 5), new BatchNorm2d(3)),
        new("batchnorm-17", new Shape(2, 3, 3), new Conv2d(2, 17, KernelSize: 1), new BatchNorm2d(17), new Conv2d(17, 2, KernelSize: 3, Padding: 1)),
        new("batchnorm-one-pixel", new Shape(4, 1, 1), new BatchNorm2d(4, Epsilon: 0.5f), new Conv2d(4, 3, KernelSize: 1)),
        new("conv-pool2-batchnorm-conv-batchnorm", new Shape(16, 6, 6),
            new Conv2d(16, 6, KernelSize: 3, Padding: 1, Bias: false), new MaxPool2d(2), new Frozen(new BatchNorm2d(6), "weight"), new LeakyReLU(0.25f),
            new Conv2d(6, 5, KernelSize: 3, Padding: 1, Bias: false), new BatchNorm2d(5), new Flatten(), new Linear(45, 3, Bias: false), new Scale(0.5f)),
        new("residual-batchnorm", new Shape(3, 6, 4), new Conv2d(3, 4, KernelSize: 3, Padding: 1), new BatchNorm2d(4),
            new Residual(
                new Sequential(new BatchNorm2d(4), new LeakyReLU(0.5f), new Conv2d(4, 6, KernelSize: 3, Stride: 2, Padding: 1), new BatchNorm2d(6)),
                new Sequential(new Conv2d(4, 6, KernelSize: 1, Stride: 2), new BatchNorm2d(6)))),
        new("batchnorm-frozen", new Shape(3, 4, 5), new Conv2d(3, 4, KernelSize: 1), new Frozen(new BatchNorm2d(4)), new Conv2d(4, 2, KernelSize: 3)),
        new Architecture("frozen-by-name", new Shape(3, 4, 5),
            new Conv2d(3, 4, KernelSize: 3, Padding: 1), new BatchNorm2d(4), new LeakyReLU(0.5f), new Conv2d(4, 3, KernelSize: 3), new Flatten(), new Linear(18, 3)).Freeze("0.", "1.", "3.bias"),
        new("buffer", new Shape(3, 4, 5), new Shift(3), new Conv2d(3, 4, KernelSize: 3), new Shift(4)),
        new("residual-linear", new Shape(7), new Linear(7, 9), new Residual(new Sequential(new Linear(9, 6), new ReLU(), new Linear(6, 9))), new ReLU(), new Linear(9, 2)),
        new("residual-across-stages", new Shape(2, 3, 4), new Conv2d(2, 3, KernelSize: 3, Padding: 1),
            new Residual(new Sequential(new Conv2d(3, 4, KernelSize: 3, Padding: 1), new Flatten(), new Linear(48, 36)), new Flatten()), new ReLU(), new Linear(36, 3)),
    }.ToDictionary(network => network.Name);

    public static TheoryData<string, string> CasesAndPaths => ExecutionPaths.Combine(Cases.Keys, ExecutionPaths.All);

    [Theory]
    [MemberData(nameof(CasesAndPaths))]
    public void Gradients_agree_with_central_differences(string name, string path)
    {
        using var probe = new NetworkProbe(Cases[name], ExecutionPaths.Options(path), samples: 3, seed: 7);
        (float[] inputGradient, float[][] parameterGradients) = probe.Gradients();
        IReadOnlyList<Layer> layers = Cases[name].Layers;
        bool hasKinks = layers.Any(layer => layer is ReLU or LeakyReLU or MaxPool2d or AdaptiveMaxPool2d);
        bool isNarrow = layers.Count(layer => layer is MaxPool2d or BatchNorm2d) > 1 || (hasKinks && layers.Any(layer => layer is GELU or SiLU));
        var check = new GradientCheck(probe.Loss, isNarrow ? DeepStep : Step, hasKinks);
        for (int i = 0; i < inputGradient.Length; i++)
        {
            check.Compare($"input[{i}]", ref probe.Input(i), inputGradient[i]);
        }

        for (int p = 0; p < parameterGradients.Length; p++)
        {
            Parameter parameter = probe.Network.Parameters[p];
            if (parameter.IsFrozen)
            {
                // Where a part of a layer is trained, or its batch's statistics are needed, the rest comes along.
                if (!Cases[name].Layers.Any(layer => layer is BatchNorm2d) && name is not ("conv-weight-frozen" or "frozen-by-name"))
                {
                    Assert.All(parameterGradients[p], gradient => Assert.Equal(0, gradient));
                }

                continue;
            }

            float[] values = new float[parameter.Shape.Count];
            parameter.CopyTo(values);
            for (int i = 0; i < values.Length; i++)
            {
                check.Compare($"{parameter.Name}[{i}]", values, i, () => parameter.CopyFrom(values), parameterGradients[p][i]);
            }
        }

        check.AssertEnough();
    }

    /// <summary>
    /// A single weight of the large network moves thousands of kinks, but a step along a whole gradient changes the loss by its length.
    /// </summary>
    [Theory]
    [MemberData(nameof(ExecutionPaths.Fast), MemberType = typeof(ExecutionPaths))]
    public void A_step_along_a_gradient_of_the_reference_network_changes_the_loss_by_its_length(string path)
    {
        const double width = 2e-3;
        using var probe = new NetworkProbe(NetworkCatalog.Reference(), ExecutionPaths.Options(path), samples: 2, seed: 4);
        (_, float[][] gradients) = probe.Gradients();
        foreach ((Parameter parameter, float[] gradient) in probe.Network.Parameters.Zip(gradients))
        {
            double length = Math.Sqrt(gradient.Sum(value => (double)value * value));
            float[] values = new float[parameter.Shape.Count];
            parameter.CopyTo(values);
            double LossAt(double distance)
            {
                parameter.CopyFrom([.. values.Zip(gradient, (value, slope) => (float)(value + (distance * slope / length)))]);
                return probe.Loss();
            }

            double numeric = (LossAt(width / 2) - LossAt(-width / 2)) / width;
            LossAt(0);
            Assert.InRange(numeric / length, 0.99, 1.01);
        }
    }

    [Fact]
    public void A_wrong_gradient_is_noticed()
    {
        using var probe = new NetworkProbe(Cases["conv3"], ExecutionPaths.Options("naive"), samples: 2, seed: 3);
        (float[] inputGradient, _) = probe.Gradients();
        int largest = Array.IndexOf(inputGradient, inputGradient.MaxBy(Math.Abs));
        var check = new GradientCheck(probe.Loss, Step, hasKinks: false);

        check.Compare("right", ref probe.Input(largest), inputGradient[largest]);
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => check.Compare("1 % off", ref probe.Input(largest), inputGradient[largest] * 1.01f));
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => check.Compare("sign", ref probe.Input(largest), -inputGradient[largest]));
    }
}

using CifarFast.Engine.Execution;
using CifarFast.Engine.Losses;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Randomness;
using CifarFast.Engine.Tensors;

namespace CifarFast.Benchmarks.TorchSharp.Checks;

/// <summary>Each layer, alone and between those that it is computed together with, before a linear layer that makes logits of what it gives.</summary>
internal static class LayerCases
{
    private const int Samples = 5;
    private const int Classes = 10;

    public static IEnumerable<CheckCase> All { get; } =
    [
        Create("Conv2d 3×3", new Shape(3, 9, 8), new Conv2d(3, 24, KernelSize: 3, Padding: 1)),
        Create("Conv2d 3×3, 67→35 channels", new Shape(67, 6, 7), new Conv2d(67, 35, KernelSize: 3, Padding: 1)),
        Create("Conv2d 3×3, no padding, no bias", new Shape(16, 7, 9), new Conv2d(16, 16, KernelSize: 3, Bias: false)),
        Create("Conv2d 3×3, stride 2", new Shape(8, 9, 8), new Conv2d(8, 17, KernelSize: 3, Stride: 2, Padding: 1)),
        Create("Conv2d 1×1", new Shape(5, 6, 7), new Conv2d(5, 12, KernelSize: 1)),
        Create("Conv2d 1×1, stride 2", new Shape(5, 7, 6), new Conv2d(5, 12, KernelSize: 1, Stride: 2, Bias: false)),
        Create("Conv2d 2×2", new Shape(3, 8, 7), new Conv2d(3, 24, KernelSize: 2)),
        Create("Conv2d 5×5", new Shape(4, 8, 9), new Conv2d(4, 18, KernelSize: 5, Padding: 2)),
        Create("Linear", new Shape(150), new Linear(150, 70)),
        Create("Linear, no bias", new Shape(33), new Linear(33, 65, Bias: false)),
        Create("BatchNorm2d", new Shape(7, 6, 5), new BatchNorm2d(7)),
        Create("BatchNorm2d, momentum 0.4, scale frozen", new Shape(24, 5, 6), new Frozen(new BatchNorm2d(24, Epsilon: 1e-12f, Momentum: 0.4f), "weight")),
        Create("BatchNorm2d, all frozen", new Shape(7, 6, 5), new Frozen(new BatchNorm2d(7))),
        Create("FrozenBatchNorm2d", new Shape(7, 6, 5), new FrozenBatchNorm2d(7)),
        Create("ReLU", new Shape(5, 6, 7), new ReLU()),
        Create("LeakyReLU", new Shape(5, 6, 7), new LeakyReLU(0.2f)),
        Create("GELU", new Shape(5, 6, 7), new GELU()),
        Create("GELU by tanh", new Shape(5, 6, 7), new GELU(GELUApproximation.Tanh)),
        Create("SiLU", new Shape(5, 6, 7), new SiLU()),
        Create("MaxPool2d", new Shape(5, 7, 8), new MaxPool2d(2)),
        Create("MaxPool2d 3×3, stride 2", new Shape(17, 7, 8), new MaxPool2d(3, stride: 2)),
        Create("AvgPool2d", new Shape(5, 7, 8), new AvgPool2d(2)),
        Create("AvgPool2d 3×3, stride 2", new Shape(17, 7, 8), new AvgPool2d(3, stride: 2)),
        Create("AdaptiveAvgPool2d", new Shape(5, 7, 8), new AdaptiveAvgPool2d(3, 2)),
        Create("AdaptiveAvgPool2d, whole image", new Shape(19, 7, 8), new AdaptiveAvgPool2d(1)),
        Create("AdaptiveMaxPool2d", new Shape(5, 7, 8), new AdaptiveMaxPool2d(3, 2)),
        Create("AdaptiveMaxPool2d, whole image", new Shape(19, 7, 8), new AdaptiveMaxPool2d(1)),
        Create("Normalize", new Shape(3, 6, 7), new Normalize([0.5f, -1, 0.25f], [0.5f, 2, 0.75f])),
        Create("Scale", new Shape(3, 6, 7), new Scale(-0.3f)),
        Create("Residual", new Shape(8, 6, 7), new Residual(new Sequential(new Conv2d(8, 8, KernelSize: 3, Padding: 1), new SiLU(), new Conv2d(8, 8, KernelSize: 3, Padding: 1)))),
        Create("Residual with a shortcut", new Shape(8, 7, 6), new Residual(
            new Sequential(new Conv2d(8, 16, KernelSize: 3, Stride: 2, Padding: 1, Bias: false), new BatchNorm2d(16), new ReLU(), new Conv2d(16, 16, KernelSize: 3, Padding: 1)),
            new Frozen(new Conv2d(8, 16, KernelSize: 1, Stride: 2, Bias: false)))),
        Create("Conv2d, ReLU, MaxPool2d", new Shape(16, 8, 10), new Conv2d(16, 32, KernelSize: 3, Padding: 1), new ReLU(), new MaxPool2d(2)),
        Create("Conv2d, BatchNorm2d, ReLU", new Shape(6, 8, 7), new Conv2d(6, 20, KernelSize: 3, Padding: 1, Bias: false), new BatchNorm2d(20), new ReLU()),
        Create("Conv2d, MaxPool2d, BatchNorm2d, GELU", new Shape(16, 9, 8),
            new Conv2d(16, 24, KernelSize: 3, Padding: 1, Bias: false), new MaxPool2d(2), new BatchNorm2d(24), new GELU()),
        OfAllOptimizers(),
    ];

    private static CheckCase Create(string name, Shape input, params IReadOnlyList<Module> modules)
    {
        Shape features = new Architecture(name, input, modules).OutputShape;
        Module[] flatten = features.Rank == 1 ? [] : [new Flatten()];
        var network = new Architecture(name, input, [.. modules, .. flatten, new Linear(features.Count, Classes)]);
        var random = new Xoshiro256(seed: 1);
        return new CheckCase
        {
            Architecture = network,
            Samples = [.. Enumerable.Range(0, Samples * input.Count).Select(_ => random.NextSingle(-2, 2))],
            Labels = [.. Enumerable.Range(0, Samples).Select(_ => random.NextInt32(Classes))],
            Initialize = Scatter,
            Loss = new CrossEntropyLoss(LabelSmoothing: 0.1),
            Optimizers = [Optimizers.Sgd, Optimizers.AdamW, Optimizers.Muon(network)],
            HasInputGradient = true,
        };
    }

    /// <summary>A matrix that is wide, one that is tall, and vectors.</summary>
    private static CheckCase OfAllOptimizers()
    {
        CheckCase network = Create("every option of the optimizers", new Shape(6, 5, 4), new Conv2d(6, 12, KernelSize: 3), new GELU(), new Flatten(), new Linear(72, 100), new SiLU());
        return network with { Optimizers = Optimizers.All(network.Architecture) };
    }

    /// <summary>Moves what would begin with zeros or ones away from them, as these hide mistakes.</summary>
    private static void Scatter(Network network)
    {
        var random = new Xoshiro256(seed: 2);
        foreach (StateTensor vector in network.StateTensors.Where(tensor => tensor.Shape.Rank == 1))
        {
            bool isPositive = vector.Name.EndsWith("weight", StringComparison.Ordinal) || vector.Name.EndsWith("running_var", StringComparison.Ordinal);
            vector.CopyFrom([.. Enumerable.Range(0, vector.Shape.Count).Select(_ => random.NextSingle(-0.5f, 0.5f) + (isPositive ? 1 : 0))]);
        }
    }
}

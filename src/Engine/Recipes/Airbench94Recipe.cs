using CifarFast.Engine.Data.Transforms;
using CifarFast.Engine.Initialization;
using CifarFast.Engine.Losses;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Optim;

namespace CifarFast.Engine.Recipes;

/// <summary>airbench94 of Keller Jordan 2024, "94% on CIFAR-10 in 3.29 Seconds on a Single GPU" (arXiv 2404.00498), number by number.</summary>
internal static class Airbench94Recipe
{
    public const string Name = "airbench94";

    private const int BatchSize = 1024;

    private const double Momentum = 0.85;

    /// <summary>What momentum adds up to, plain and Nesterov's: the paper's numbers are of steps that are not made longer by it.</summary>
    private const double Steps = 1 + (1 / (1 - Momentum));

    /// <summary>11.5 for 1,024 examples of the loss summed over them, which is the same of its mean here.</summary>
    private const float LearningRate = (float)(11.5 / Steps);

    /// <summary>Decoupled from the learning rate in the paper, and of the summed loss.</summary>
    private const double WeightDecay = 0.0153 / Steps;

    private const float BiasFactor = 64;

    public static Recipe Create() => new()
    {
        Name = Name,
        Source = "Jordan 2024, \"94% on CIFAR-10 in 3.29 Seconds on a Single GPU\", arXiv 2404.00498",
        Accuracy = "the paper's 94.0 % with test-time augmentation, ours not measured",
        Network = NetworkCatalog.Airbench94,
        Initialization = Initialization,
        Epochs = 9.9m,
        BatchSize = BatchSize,
        DropLast = true,
        Transforms = [new AlternatingFlip(), new RandomTranslate(2)],
        Loss = new CrossEntropyLoss(LabelSmoothing: 0.2),
        Optimizer = new SGD(LearningRate, (float)Momentum, Nesterov: true, WeightDecay: (float)(WeightDecay / LearningRate))
        {
            Groups =
            [
                new ParameterGroup(NetworkCatalog.AirbenchWhitening + ".bias") { Name = "whitening", Schedule = new FirstEpochsSchedule(3, Schedule) },
                new ParameterGroup("*.bias", BiasFactor, (float)(WeightDecay / (LearningRate * BiasFactor))) { Name = "biases" },
            ],
        },
        Schedule = Schedule,
        Average = new WeightAverage(Decay: 0.95 * 0.95 * 0.95 * 0.95 * 0.95, Every: 5, Power: 3, Lookahead: true),
    };

    /// <summary>Whitening in front; convolutions let through what they can, the linear layer begins as PyTorch's.</summary>
    internal static IReadOnlyList<InitializationRule> Initialization { get; } =
    [
        new(NetworkCatalog.AirbenchWhitening + ".weight", new WhiteningInitializer(Images: 5000, Epsilon: 5e-4f)),
        new(NetworkCatalog.AirbenchHead + ".weight", new PyTorchInitializer()),
        new("*.0.weight", new DiracInitializer()),
        new("*.4.weight", new DiracInitializer()),
    ];

    private static LinearSchedule Schedule => new(Start: 0.2, Peak: 0.23, End: 0.07);
}

using CifarFast.Engine.Initialization;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Optim;

namespace CifarFast.Engine.Recipes;

/// <summary>What the recipes of Jordan 2024, "94% on CIFAR-10 in 3.29 Seconds on a Single GPU" (arXiv 2404.00498), have in common.</summary>
internal static class AirbenchSetup
{
    public const string Source = "Jordan 2024, \"94% on CIFAR-10 in 3.29 Seconds on a Single GPU\", arXiv 2404.00498";

    public const string WhiteningBias = NetworkCatalog.AirbenchWhitening + ".bias";

    public const string HeadWeight = NetworkCatalog.AirbenchHead + ".weight";

    /// <summary>Epochs after which the bias of the whitening is as frozen as its weight.</summary>
    public const int WhiteningEpochs = 3;

    /// <summary>Whitening in front; convolutions let through what they can, the linear layer begins as PyTorch's.</summary>
    public static IReadOnlyList<InitializationRule> Initialization { get; } = InitializationWith(headDeviation: null);

    /// <summary>The same with a linear layer whose weights have a standard deviation of their own.</summary>
    public static IReadOnlyList<InitializationRule> InitializationWith(float? headDeviation) =>
    [
        new(NetworkCatalog.AirbenchWhitening + ".weight", new WhiteningInitializer(Images: 5000, Epsilon: 5e-4f)),
        new(HeadWeight, new PyTorchInitializer(headDeviation)),
        .. NetworkCatalog.AirbenchConvolutions.Select(path => new InitializationRule(path + ".weight", new DiracInitializer())),
    ];

    /// <summary>
    /// SGD by the paper's numbers, which are of 1,024 examples whose loss is summed, and do not change with the momentum: that lengthens steps to
    /// <c>1 + 1/(1 - momentum)</c> times as much, and the decay is independent of the learning rate. Here the loss is a mean over the batch.
    /// </summary>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="weightDecay">The weight decay.</param>
    /// <param name="schedule">What the bias of the whitening follows until it is frozen.</param>
    public static SGD Sgd(double learningRate, double weightDecay, LearningRateSchedule schedule)
    {
        const double momentum = 0.85;
        const float biasFactor = 64;
        return new SGD(
            LearningRate: (float)(learningRate / (1 + (1 / (1 - momentum)))),
            Momentum: (float)momentum,
            Nesterov: true,
            WeightDecay: (float)(weightDecay / learningRate))
        {
            Groups =
            [
                new ParameterGroup(WhiteningBias) { Name = "whitening", Schedule = new FirstEpochsSchedule(WhiteningEpochs, schedule) },
                new ParameterGroup("*.bias", biasFactor, (float)(weightDecay / (learningRate * biasFactor))) { Name = "biases" },
            ],
        };
    }

    /// <summary>The paper's Lookahead: every five steps, less and less.</summary>
    public static WeightAverage Lookahead { get; } = new(Decay: 0.95 * 0.95 * 0.95 * 0.95 * 0.95, Every: 5, Power: 3, Lookahead: true);
}

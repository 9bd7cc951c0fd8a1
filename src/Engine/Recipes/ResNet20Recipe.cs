using CifarFast.Engine.Data.Transforms;
using CifarFast.Engine.Initialization;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Optim;

namespace CifarFast.Engine.Recipes;

/// <summary>ResNet-20 on CIFAR-10 as its paper trains it, section 4.2: 64,000 steps, the learning rate divided by 10 after a half and three quarters.</summary>
internal static class ResNet20Recipe
{
    public const string Name = "resnet20";

    public static Recipe Create() => new()
    {
        Name = Name,
        Source = "He, Zhang, Ren and Sun 2016, \"Deep Residual Learning for Image Recognition\", arXiv 1512.03385",
        Accuracy = "91.3 % (paper; ours not measured)",
        Network = NetworkCatalog.ResNet20,
        Initialization =
        [
            new("*.shortcut.weight", new DiracInitializer(ZeroRest: true)),
        ],

        // 391 batches of 128 go through the 50,000 images once.
        Epochs = 164,
        LeastSteps = 2000,
        BatchSize = 128,
        Transforms = [new RandomHorizontalFlip(), new RandomTranslate(4, PaddingMode.Zeros)],
        Optimizer = new SGD(LearningRate: 0.1f, Momentum: 0.9f, WeightDecay: 1e-4f),
        Schedule = new StepSchedule([0.5, 0.75]),
    };
}

using CifarFast.Engine.Data.Transforms;
using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Losses;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Optim;

namespace CifarFast.Engine.Recipes;

/// <summary>airbench96: a wider and deeper network with residual connections, longer, and with more augmentation.</summary>
internal static class Airbench96Recipe
{
    public const string Name = "airbench96";

    private static LinearSchedule Schedule { get; } = new(Start: 0.2, Peak: 0.1, End: 0);

    public static Recipe Create() => new()
    {
        Name = Name,
        Source = AirbenchSetup.Source,
        Accuracy = "96.0 % (paper, with test-time augmentation; ours not measured)",
        Network = NetworkCatalog.Airbench96,
        Initialization = AirbenchSetup.Initialization,
        Epochs = 37,
        LeastSteps = 200,
        BatchSize = 1024,
        DropLast = true,

        // What is cut out becomes zero when the pixels have been normalised.
        Transforms = [new AlternatingFlip(), new RandomTranslate(4), new Cutout(12) { Fill = NetworkCatalog.Cifar10Mean }],
        Loss = new CrossEntropyLoss(LabelSmoothing: 0.2),
        Optimizer = AirbenchSetup.Sgd(learningRate: 9, weightDecay: 0.012, Schedule),
        Schedule = Schedule,
        Average = AirbenchSetup.Lookahead,
        TestTimeAugmentation = TestTimeAugmentation.MirrorAndShifts,
    };
}

using CifarFast.Engine.Data.Transforms;
using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Losses;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Optim;

namespace CifarFast.Engine.Recipes;

/// <summary>airbench94 with Muon for the convolutions, as the program airbench94_muon.py beside the paper has it.</summary>
internal static class Airbench94MuonRecipe
{
    public const string Name = "airbench94-muon";

    private const int BatchSize = 2000;

    public static Recipe Create() => new()
    {
        Name = Name,
        Source = AirbenchSetup.Source + ", its variant with Muon",
        Accuracy = "94.0 % (author, with test-time augmentation); ours 90.8 % (1 run) on images that went through JPEG",
        Network = NetworkCatalog.Airbench94Muon,
        Initialization = AirbenchSetup.InitializationWith(headDeviation: 1),
        Epochs = 8,
        LeastSteps = 200,
        BatchSize = BatchSize,
        DropLast = true,
        Transforms = [new AlternatingFlip(), new RandomTranslate(2)],
        Loss = new CrossEntropyLoss(LabelSmoothing: 0.2),
        Optimizer = new Muon(LearningRate: 0.24f, Momentum: 0.6f, Nesterov: true, Steps: 3, NormalizeWeights: true)
        {
            Groups =
            [
                new ParameterGroup(AirbenchSetup.WhiteningBias)
                {
                    Name = "whitening",
                    Optimizer = Sgd(0.053),
                    Schedule = new FirstEpochsSchedule(AirbenchSetup.WhiteningEpochs, Schedule, Compressed: true),
                },
                new ParameterGroup("*.bias") { Name = "biases", Optimizer = Sgd(0.053) },
                new ParameterGroup(AirbenchSetup.HeadWeight) { Name = "head", Optimizer = Sgd(0.67) },
            ],
        },
        Schedule = Schedule,
        TestTimeAugmentation = TestTimeAugmentation.MirrorAndShifts,
    };

    private static LinearSchedule Schedule { get; } = new(Start: 1, Peak: 0, End: 0);

    /// <summary>SGD with a learning rate of the summed loss, and a decay of 2·10⁻⁶ an example that does not depend on it.</summary>
    private static SGD Sgd(double learningRate) => new(
        LearningRate: (float)(learningRate * BatchSize), Momentum: 0.85f, Nesterov: true, WeightDecay: (float)(2e-6 / learningRate));
}

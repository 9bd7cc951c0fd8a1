using CifarFast.Engine.Data;
using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Recipes;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>Settings that a run can have, and those that only a damaged file has.</summary>
public sealed class ResumeRulesTests
{
    private static TrainSettings[] Impossible
    {
        get
        {
            TrainSettings sound = Sound;
            Recipe training = sound.Recipe;
            return
            [
                sound with { Recipe = training with { Epochs = -3 } },
                sound with { Recipe = training with { BatchSize = 0 } },
                sound with { Recipe = training with { BatchSize = 1 << 20 } },
                sound with { Recipe = training with { Optimizer = new SGD(LearningRate: float.NaN) } },
                sound with { Recipe = training with { Optimizer = new SGD(Momentum: 1) } },
                sound with { Recipe = training with { Optimizer = new SGD(Nesterov: true) } },
                sound with { Recipe = training with { Optimizer = new SGD(WeightDecay: -1) } },
                sound with { Recipe = training with { Optimizer = new Muon(Momentum: 1) } },
                sound with { Recipe = training with { Optimizer = new SGD { Groups = [new ParameterGroup("*") { Optimizer = new SGD(LearningRate: 0) }] } } },
                sound with { Recipe = training with { MaxSteps = -1 } },
                sound with { Recipe = training with { Patience = 0 } },
                sound with { Recipe = training with { Monitor = Metric.ValidationLoss } },
                sound with { Execution = new ExecutionOptions { Threads = 0 } },
                sound with { Execution = new ExecutionOptions { Threads = 1 << 20 } },
                sound with { LimitTrain = -5 },
                sound with { LimitTest = 0 },
                sound with { ValidationSplit = 7 },
                sound with { ValidationSplit = double.NaN },
                sound with { CheckpointEvery = -1 },
                sound with { Freeze = [""] },
            ];
        }
    }

    private static TrainSettings Sound => new() { Dataset = new DatasetRequest(), Recipe = new Recipe(), Execution = new ExecutionOptions() };

    [Fact]
    public void Settings_that_no_command_line_can_have_asked_for_are_found() =>
        Assert.All(Impossible, settings => Assert.NotNull(settings.FindFault()));

    [Fact]
    public void Sound_settings_have_no_fault()
    {
        Assert.Null(Sound.FindFault());
        Assert.Null((Sound with { ValidationSplit = 0.5, Recipe = Sound.Recipe with { Monitor = Metric.ValidationAccuracy, Patience = 1, MaxSteps = 1 } }).FindFault());
    }
}

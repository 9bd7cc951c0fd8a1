using CifarFast.Engine.Data;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Training;
using CifarFast.Trainer.Commands;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>Which tier a run goes on with, also on machines this one is not.</summary>
public sealed class ResumeRulesTests
{
    private static readonly SimdTier[] _small = [SimdTier.Scalar, SimdTier.Vector128, SimdTier.Avx2];
    private static readonly SimdTier[] _large = [.. _small, SimdTier.Avx512];

    private static readonly ExecutionOptions _begun = new() { Tier = SimdTier.Avx512 };

    [Fact]
    public void A_run_keeps_its_tier()
    {
        Assert.Equal(SimdTier.Avx512, ResumeRules.Tier(_begun, asked: null, _large));
        Assert.Equal(SimdTier.Avx512, ResumeRules.Tier(_begun, SimdTier.Avx512, _large));
        Assert.Equal(SimdTier.Avx2, ResumeRules.Tier(_begun with { Tier = SimdTier.Avx2 }, asked: null, _large));
    }

    [Fact]
    public void Another_tier_is_refused_where_its_own_is_to_be_had()
    {
        UsageException error = Assert.Throws<UsageException>(() => ResumeRules.Tier(_begun, SimdTier.Avx2, _large));
        Assert.StartsWith("--simd avx2: the run was begun on avx512, and another tier rounds differently", error.Message);
    }

    [Fact]
    public void A_machine_without_the_tier_takes_another_only_when_asked_to()
    {
        UsageException error = Assert.Throws<UsageException>(() => ResumeRules.Tier(_begun, asked: null, _small));
        Assert.EndsWith("to go on all the same, add --simd avx2", error.Message);
        Assert.Equal(SimdTier.Avx2, ResumeRules.Tier(_begun, SimdTier.Avx2, _small));
    }

    private static TrainSettings[] Impossible
    {
        get
        {
            TrainSettings sound = Sound;
            TrainingOptions training = sound.Training;
            return
            [
                sound with { Training = training with { Epochs = -3 } },
                sound with { Training = training with { BatchSize = 0 } },
                sound with { Training = training with { BatchSize = 1 << 20 } },
                sound with { Training = training with { LearningRate = float.NaN } },
                sound with { Training = training with { Momentum = 1 } },
                sound with { Training = training with { Nesterov = true } },
                sound with { Training = training with { WeightDecay = -1 } },
                sound with { Training = training with { MaxSteps = -1 } },
                sound with { Training = training with { Patience = 0 } },
                sound with { Training = training with { Monitor = Metric.ValidationLoss } },
                sound with { Execution = new ExecutionOptions { Threads = 0 } },
                sound with { Execution = new ExecutionOptions { Threads = 1 << 20 } },
                sound with { LimitTrain = -5 },
                sound with { LimitTest = 0 },
                sound with { ValidationSplit = 7 },
                sound with { ValidationSplit = double.NaN },
                sound with { CheckpointEvery = -1 },
            ];
        }
    }

    private static TrainSettings Sound => new() { Dataset = new DatasetRequest(), Training = new TrainingOptions(), Execution = new ExecutionOptions() };

    [Fact]
    public void Settings_that_no_command_line_can_have_asked_for_are_found() =>
        Assert.All(Impossible, settings => Assert.NotNull(settings.FindFault()));

    [Fact]
    public void Sound_settings_have_no_fault()
    {
        Assert.Null(Sound.FindFault());
        Assert.Null((Sound with { ValidationSplit = 0.5, Training = Sound.Training with { Monitor = Metric.ValidationAccuracy, Patience = 1, MaxSteps = 1 } }).FindFault());
    }

    [Fact]
    public void Naive_kernels_know_no_tier() =>
        Assert.Equal(SimdTier.Avx512, ResumeRules.Tier(_begun with { Kernels = KernelPath.Naive }, SimdTier.Scalar, _small));
}

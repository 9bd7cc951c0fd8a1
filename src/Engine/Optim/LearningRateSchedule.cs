using System.Text.Json.Serialization;

namespace CifarFast.Engine.Optim;

/// <summary>How the learning rate changes during a run: a pure function of the step, so that there is nothing to save of it.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(ConstantSchedule), nameof(ConstantSchedule))]
[JsonDerivedType(typeof(CosineSchedule), nameof(CosineSchedule))]
[JsonDerivedType(typeof(FirstEpochsSchedule), nameof(FirstEpochsSchedule))]
[JsonDerivedType(typeof(LinearSchedule), nameof(LinearSchedule))]
[JsonDerivedType(typeof(OneCycleSchedule), nameof(OneCycleSchedule))]
[JsonDerivedType(typeof(StepSchedule), nameof(StepSchedule))]
[JsonDerivedType(typeof(WarmUpSchedule), nameof(WarmUpSchedule))]
public abstract record LearningRateSchedule
{
    /// <summary>What the learning rate is multiplied by.</summary>
    /// <param name="position">The step, and the run that it is of.</param>
    public abstract double Factor(RunPosition position);

    /// <summary>A share of a run from 0 to below 1, or what refuses it.</summary>
    private protected static double CheckShare(double share, string name) =>
        share is >= 0 and < 1 ? share : throw new ArgumentOutOfRangeException(name, share, "a share of the run is from 0 to below 1");

    /// <summary>A number that is one, or what refuses it.</summary>
    private protected static double CheckFinite(double number, string name) =>
        double.IsFinite(number) ? number : throw new ArgumentOutOfRangeException(name, number, "a schedule is made of finite numbers");
}

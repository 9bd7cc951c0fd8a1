using System.Text.Json.Serialization;

namespace CifarFast.Engine.Optim;

/// <summary>How the learning rate changes during a run: a pure function of the step, so that there is nothing to save of it.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(ConstantSchedule), nameof(ConstantSchedule))]
[JsonDerivedType(typeof(CosineSchedule), nameof(CosineSchedule))]
[JsonDerivedType(typeof(LinearSchedule), nameof(LinearSchedule))]
public abstract record LearningRateSchedule
{
    /// <summary>What the learning rate is multiplied by.</summary>
    /// <param name="step">The step, from 0.</param>
    /// <param name="steps">How many steps the run has, at least 1.</param>
    public abstract double Factor(long step, long steps);
}

namespace CifarFast.Engine.Optim;

/// <summary>One learning rate for the whole run.</summary>
public sealed record ConstantSchedule : LearningRateSchedule
{
    /// <inheritdoc/>
    public override double Factor(RunPosition position) => 1;
}

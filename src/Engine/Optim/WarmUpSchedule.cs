namespace CifarFast.Engine.Optim;

/// <summary>A rise along a straight line that any schedule is multiplied by at the beginning of a run.</summary>
/// <param name="Share">The share of the run that it takes.</param>
/// <param name="Schedule">The schedule.</param>
public sealed record WarmUpSchedule(double Share, LearningRateSchedule Schedule) : LearningRateSchedule
{
    /// <summary>The share of the run that it takes.</summary>
    public double Share { get; } = CheckShare(Share, nameof(Share));

    /// <inheritdoc/>
    public override double Factor(RunPosition position)
    {
        double factor = Schedule.Factor(position);
        return position.Done < Share ? factor * ((position.Step + 1) / ((Share * position.Steps) + 1)) : factor;
    }
}

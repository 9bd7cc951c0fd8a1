namespace CifarFast.Engine.Optim;

/// <summary>
/// The triangular schedule: a learning rate that rises along a straight line to its full value and falls along another one to the end of the run.
/// </summary>
/// <param name="Start">The factor of the first step.</param>
/// <param name="Peak">The share of the run after which the factor is 1; 0 for a run that only falls.</param>
/// <param name="End">The factor after the last step of the run.</param>
public sealed record LinearSchedule(double Start = 0.2, double Peak = 0.2, double End = 0) : LearningRateSchedule
{
    /// <summary>The share of the run after which the factor is 1.</summary>
    public double Peak { get; } = CheckShare(Peak, nameof(Peak));

    /// <summary>The factor of the first step.</summary>
    public double Start { get; } = CheckFinite(Start, nameof(Start));

    /// <summary>The factor after the last step of the run.</summary>
    public double End { get; } = CheckFinite(End, nameof(End));

    /// <inheritdoc/>
    public override double Factor(RunPosition position)
    {
        double done = position.Done;
        return done < Peak
            ? Start + ((1 - Start) * (done / Peak))
            : 1 + ((End - 1) * ((done - Peak) / (1 - Peak)));
    }
}

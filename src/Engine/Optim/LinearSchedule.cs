namespace CifarFast.Engine.Optim;

/// <summary>A learning rate that rises along a straight line to its full value and falls along another one to the end of the run.</summary>
/// <param name="Start">The factor of the first step.</param>
/// <param name="Peak">The share of the run after which the factor is 1; 0 for a run that only falls.</param>
/// <param name="End">The factor after the last step of the run.</param>
public sealed record LinearSchedule(double Start = 0.2, double Peak = 0.2, double End = 0) : LearningRateSchedule
{
    /// <summary>The share of the run after which the factor is 1.</summary>
    public double Peak { get; } = Peak is >= 0 and < 1 ? Peak : throw new ArgumentOutOfRangeException(nameof(Peak));

    /// <summary>The factor of the first step.</summary>
    public double Start { get; } = double.IsFinite(Start) ? Start : throw new ArgumentOutOfRangeException(nameof(Start));

    /// <summary>The factor after the last step of the run.</summary>
    public double End { get; } = double.IsFinite(End) ? End : throw new ArgumentOutOfRangeException(nameof(End));

    /// <inheritdoc/>
    public override double Factor(long step, long steps)
    {
        double done = (double)step / steps;
        return done < Peak
            ? Start + ((1 - Start) * (done / Peak))
            : 1 + ((End - 1) * ((done - Peak) / (1 - Peak)));
    }
}

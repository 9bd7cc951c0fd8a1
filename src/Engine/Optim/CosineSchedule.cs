using CifarFast.Engine.Numerics;

namespace CifarFast.Engine.Optim;

/// <summary>
/// Cosine annealing without restarts (Loshchilov and Hutter 2017, "SGDR"), after a rise along a straight line.
/// </summary>
/// <param name="WarmUp">The share of the run that the factor rises from 0 to 1 in; 0 for none.</param>
/// <param name="End">The factor after the last step of the run.</param>
public sealed record CosineSchedule(double WarmUp = 0, double End = 0) : LearningRateSchedule
{
    /// <summary>The share of the run that the factor rises from 0 to 1 in.</summary>
    public double WarmUp { get; } = WarmUp is >= 0 and < 1 ? WarmUp : throw new ArgumentOutOfRangeException(nameof(WarmUp));

    /// <summary>The factor that the run comes to after its last step.</summary>
    public double End { get; } = double.IsFinite(End) ? End : throw new ArgumentOutOfRangeException(nameof(End));

    /// <inheritdoc/>
    public override double Factor(long step, long steps)
    {
        double done = (double)step / steps;
        return done < WarmUp
            ? (step + 1) / ((WarmUp * steps) + 1)
            : End + ((1 - End) * 0.5 * (1 + Trigonometric.Cos(Math.PI * ((done - WarmUp) / (1 - WarmUp)))));
    }
}

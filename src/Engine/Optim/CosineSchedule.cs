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
    public double WarmUp { get; } = CheckShare(WarmUp, nameof(WarmUp));

    /// <summary>The factor that the run comes to after its last step.</summary>
    public double End { get; } = CheckFinite(End, nameof(End));

    /// <inheritdoc/>
    public override double Factor(RunPosition position)
    {
        double done = position.Done;
        return done < WarmUp
            ? (position.Step + 1) / ((WarmUp * position.Steps) + 1)
            : End + ((1 - End) * 0.5 * (1 + Trigonometric.Cos(Math.PI * ((done - WarmUp) / (1 - WarmUp)))));
    }
}

using CifarFast.Engine.Numerics;

namespace CifarFast.Engine.Optim;

/// <summary>A learning rate that falls in steps, as torch.optim.lr_scheduler.MultiStepLR defines it.</summary>
/// <param name="Milestones">The shares of the run, from 0 to below 1, after each of which the factor is multiplied once more.</param>
/// <param name="Gamma">What it is multiplied by.</param>
public sealed record StepSchedule(IReadOnlyList<double> Milestones, double Gamma = 0.1) : LearningRateSchedule
{
    /// <summary>The shares of the run after each of which the factor is multiplied once more.</summary>
    public IReadOnlyList<double> Milestones { get; } = [.. Milestones.Select(milestone => CheckShare(milestone, nameof(Milestones)))];

    /// <summary>What it is multiplied by.</summary>
    public double Gamma { get; } = CheckFinite(Gamma, nameof(Gamma));

    /// <inheritdoc/>
    public override double Factor(RunPosition position)
    {
        int passed = 0;
        for (int i = 0; i < Milestones.Count; i++)
        {
            passed += position.Done >= Milestones[i] ? 1 : 0;
        }

        return IntegerPower.Of(Gamma, passed);
    }
}

using CifarFast.Engine.Numerics;

namespace CifarFast.Engine.Optim;

/// <summary>
/// One rise and one fall of the learning rate (Smith and Topin 2019, "Super-Convergence"), as torch.optim.lr_scheduler.OneCycleLR defines it in two
/// phases. The learning rate of the optimizer is the highest one, <c>max_lr</c>.
/// </summary>
/// <param name="Start">The factor of the first step: one divided by PyTorch's <c>div_factor</c>.</param>
/// <param name="Peak">The share of the run at which the factor is 1: PyTorch's <c>pct_start</c>.</param>
/// <param name="End">The factor of the last step: <paramref name="Start"/> divided by PyTorch's <c>final_div_factor</c>.</param>
/// <param name="Linear">Whether it goes along straight lines in place of half waves of the cosine: PyTorch's <c>anneal_strategy</c>.</param>
public sealed record OneCycleSchedule(double Start = 1 / 25.0, double Peak = 0.3, double End = 1 / 25e4, bool Linear = false) : LearningRateSchedule
{
    /// <summary>The factor of the first step.</summary>
    public double Start { get; } = CheckFinite(Start, nameof(Start));

    /// <summary>The share of the run at which the factor is 1.</summary>
    public double Peak { get; } = CheckShare(Peak, nameof(Peak));

    /// <summary>The factor of the last step.</summary>
    public double End { get; } = CheckFinite(End, nameof(End));

    /// <inheritdoc/>
    public override double Factor(RunPosition position)
    {
        // Both phases end with a step that has their last value, as in PyTorch: hence the steps that are taken off.
        double peak = (Peak * position.Steps) - 1;
        double last = position.Steps - 1;
        return position.Step < peak
            ? Between(Start, 1, position.Step / peak)
            : Between(1, End, (position.Step - peak) / (last - peak));
    }

    private double Between(double from, double to, double share) => Linear
        ? from + ((to - from) * share)
        : to + ((from - to) * 0.5 * (1 + Trigonometric.Cos(Math.PI * share)));
}

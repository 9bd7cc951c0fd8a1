namespace CifarFast.Engine.Optim;

/// <summary>
/// An exponential moving average of weights and buffers, which is evaluated and saved while training goes on from the weights themselves
/// (Polyak and Juditsky 1992, "Acceleration of Stochastic Approximation by Averaging"), as torch.optim.swa_utils.get_ema_multi_avg_fn
/// defines it: after every step <c>average += (1 - decay) · (weight - average)</c>. Other than there, it begins with the initial weights, not with those
/// after the first step, and buffers are averaged too.
/// </summary>
/// <param name="Decay">How much of the average stays from step to step, from 0 to below 1.</param>
public sealed record WeightAverage(double Decay)
{
    /// <summary>How much of the average stays from step to step, from 0 to below 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not from 0 to below 1.</exception>
    public double Decay { get; init => field = Checked(value); } = Checked(Decay);

    private static double Checked(double decay) => decay is >= 0 and < 1
        ? decay
        : throw new ArgumentOutOfRangeException(nameof(Decay), decay, "the decay of an average must be at least 0 and below 1");
}

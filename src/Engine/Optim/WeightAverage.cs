using CifarFast.Engine.Numerics;

namespace CifarFast.Engine.Optim;

/// <summary>
/// A running average of weights and buffers: after every step, or every few, <c>average += (1 - decay) · (weight - average)</c>. It begins with the
/// initial weights.
/// <para>
/// By itself it is an exponential moving average (Polyak and Juditsky 1992, "Acceleration of Stochastic Approximation by Averaging"), which is
/// evaluated and saved while training goes on from the weights themselves, as torch.optim.swa_utils.get_ema_multi_avg_fn defines it, but for
/// where it begins and that buffers are averaged too.
/// </para>
/// <para>
/// As <paramref name="Lookahead"/> it is the slow weights of that optimizer (Zhang, Lucas, Hinton and Ba 2019, "Lookahead Optimizer: k steps forward,
/// 1 step back"): after each of its updates training goes on from the average. The weights that are trained are evaluated and saved, until after
/// the last step of the run they are the average. With a <paramref name="Power"/> of 3 it is that of airbench (Jordan 2024, "94% on CIFAR-10 in 3.29
/// Seconds on a Single GPU").
/// </para>
/// </summary>
/// <param name="Decay">How much of the average stays in an update, from 0 to below 1; with a <paramref name="Power"/>, at the end of the run.</param>
/// <param name="Every">How many steps there are to an update, at least 1.</param>
/// <param name="Power">The decay is multiplied by the share of the run that is over, to this power; 0 for the same decay all the time.</param>
/// <param name="Lookahead">Whether training goes on from the average.</param>
public sealed record WeightAverage(double Decay, int Every = 1, int Power = 0, bool Lookahead = false)
{
    /// <summary>How much of the average stays in an update, from 0 to below 1; with a <see cref="Power"/>, at the end of the run.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not from 0 to below 1.</exception>
    public double Decay { get; init => field = CheckDecay(value); } = CheckDecay(Decay);

    /// <summary>How many steps there are to an update.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 1.</exception>
    public int Every { get; init => field = CheckEvery(value); } = CheckEvery(Every);

    /// <summary>The decay is multiplied by the share of the run that is over, to this power; 0 for the same decay all the time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 0.</exception>
    public int Power { get; init => field = CheckPower(value); } = CheckPower(Power);

    /// <summary>Whether it takes the number of the run's steps to know what it does.</summary>
    internal bool IsPlanned => Lookahead || Power > 0;

    /// <summary>Whether after a step what is evaluated and saved is the average, not the weights that were trained.</summary>
    internal bool IsModelAfter(RunPosition position) => !Lookahead || IsLast(position);

    /// <summary>How far the average goes towards the weights after a step; null where it stays, and so do they.</summary>
    internal float? ShareAfter(RunPosition position)
    {
        long done = position.Step + 1;
        return done % Every == 0 ? (float)(1 - (Decay * IntegerPower.Of((double)done / position.Steps, Power)))
            : Lookahead && IsLast(position) ? 0
            : null;
    }

    private static bool IsLast(RunPosition position) => position.Step + 1 == position.Steps;

    private static double CheckDecay(double decay) => decay is >= 0 and < 1
        ? decay
        : throw new ArgumentOutOfRangeException(nameof(Decay), decay, "the decay of an average must be at least 0 and below 1");

    private static int CheckEvery(int every) => every >= 1
        ? every
        : throw new ArgumentOutOfRangeException(nameof(Every), every, "an average is updated after at least 1 step");

    private static int CheckPower(int power) => power >= 0
        ? power
        : throw new ArgumentOutOfRangeException(nameof(Power), power, "the power that an average's decay rises with must be at least 0");
}

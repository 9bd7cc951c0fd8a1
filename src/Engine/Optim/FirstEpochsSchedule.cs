namespace CifarFast.Engine.Optim;

/// <summary>
/// Training for the first epochs only, after which the learning rate is 0: parameters that are then as good as frozen, such as the bias of a
/// whitening layer (Jordan 2024, "94% on CIFAR-10 in 3.29 Seconds on a Single GPU").
/// </summary>
/// <param name="Epochs">How many epochs, at least 1.</param>
/// <param name="Schedule">The schedule until then.</param>
/// <param name="Compressed">Whether these epochs are the whole run for <paramref name="Schedule"/>, which then comes to its end with them.</param>
public sealed record FirstEpochsSchedule(int Epochs, LearningRateSchedule Schedule, bool Compressed = false) : LearningRateSchedule
{
    /// <summary>How many epochs.</summary>
    public int Epochs { get; } = Epochs >= 1 ? Epochs : throw new ArgumentOutOfRangeException(nameof(Epochs), Epochs, "there is no training for fewer epochs than 1");

    /// <inheritdoc/>
    public override double Factor(RunPosition position)
    {
        long steps = (long)Epochs * position.StepsOfEpoch;
        return position.Step >= steps ? 0 : Schedule.Factor(Compressed ? position with { Steps = steps } : position);
    }
}

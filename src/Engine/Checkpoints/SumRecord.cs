using CifarFast.Engine.Training;

namespace CifarFast.Engine.Checkpoints;

/// <summary>
/// <see cref="RunningMetrics"/> as they stand in a checkpoint. A class, as of a structure the JSON reader asks for no member: what
/// is missing would be 0.
/// </summary>
internal sealed record SumRecord(double LossSum, int Correct, int Images, double Seconds)
{
    /// <summary>The record of a sum.</summary>
    public static SumRecord Of(RunningMetrics sum) => new(sum.LossSum, sum.Correct, sum.Images, sum.Seconds);

    /// <summary>The sum.</summary>
    public RunningMetrics ToMetrics() => new(LossSum, Correct, Images, Seconds);
}

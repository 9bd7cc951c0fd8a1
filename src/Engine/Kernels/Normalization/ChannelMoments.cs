namespace CifarFast.Engine.Kernels.Normalization;

/// <summary>Count, mean and sum of squared deviations of many values, merged from those of parts (Chan, Golub and LeVeque 1979).</summary>
/// <param name="Count">How many values.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Squares">The sum of their squared deviations from it.</param>
internal readonly record struct ChannelMoments(long Count, double Mean, double Squares)
{
    /// <summary>Those of both parts together.</summary>
    public static ChannelMoments Merge(ChannelMoments left, ChannelMoments right)
    {
        long count = left.Count + right.Count;
        double distance = right.Mean - left.Mean;
        double share = (double)right.Count / count;
        return new ChannelMoments(
            count,
            left.Mean + (distance * share),
            left.Squares + right.Squares + (distance * distance * left.Count * share));
    }
}

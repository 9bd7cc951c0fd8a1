namespace CifarFast.Benchmarks.Processes;

/// <summary>A stretch of a step in which something is exchanged in the background, until all of it is needed.</summary>
/// <param name="Computed">Seconds that are computed meanwhile.</param>
/// <param name="Exchanges">What is exchanged one after another, and how many of these seconds have passed before it is begun.</param>
internal sealed record Overlap(double Computed, (double Begun, Messages Messages)[] Exchanges)
{
    /// <summary>How long the process waits at the end.</summary>
    /// <param name="speed">The network.</param>
    /// <param name="pace">How much longer it computes than it did here.</param>
    public double Wait(LinkSpeed speed, double pace)
    {
        double end = 0;
        foreach ((double begun, Messages messages) in Exchanges)
        {
            end = Math.Max(end, pace * begun) + speed.Seconds(messages);
        }

        return Math.Max(0, end - (pace * Computed));
    }
}

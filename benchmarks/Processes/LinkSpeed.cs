namespace CifarFast.Benchmarks.Processes;

/// <summary>How fast a network is.</summary>
/// <param name="Name">What to call it in a table.</param>
/// <param name="Latency">How long the shortest message takes.</param>
/// <param name="BytesPerSecond">What it carries one way.</param>
internal sealed record LinkSpeed(string Name, TimeSpan Latency, double BytesPerSecond)
{
    /// <summary>Takes no time.</summary>
    public static LinkSpeed Unlimited { get; } = new("none", TimeSpan.Zero, double.PositiveInfinity);

    /// <summary>A gigabit a second, half a millisecond away.</summary>
    public static LinkSpeed Gigabit { get; } = new("1 Gbit/s, 0.5 ms", TimeSpan.FromMilliseconds(0.5), 1e9 / 8);

    /// <summary>Ten gigabits a second, 50 µs away.</summary>
    public static LinkSpeed TenGigabit { get; } = new("10 Gbit/s, 50 µs", TimeSpan.FromMicroseconds(50), 10e9 / 8);

    /// <summary>How long calls take, one after another.</summary>
    public double Seconds(Messages messages) => (messages.Calls * Latency.TotalSeconds) + (messages.Bytes / BytesPerSecond);
}

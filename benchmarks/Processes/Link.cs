using System.Diagnostics;
using CifarFast.Engine.Distributed;

namespace CifarFast.Benchmarks.Processes;

/// <summary>What connects this process with the others: what goes over it is counted, and takes as long as over a network of some speed.</summary>
internal sealed class Link
{
    private long _atOnceTicks;

    /// <summary>How fast it is; unlimited at first.</summary>
    public LinkSpeed Speed { get; set; } = LinkSpeed.Unlimited;

    /// <summary>What was exchanged at once.</summary>
    public Messages AtOnce { get; private set; }

    /// <summary>What was exchanged in the background.</summary>
    public Messages Background { get; private set; }

    /// <summary>Has a call take its time.</summary>
    /// <param name="bytes">What goes one way.</param>
    /// <param name="isBackground">Whether the process computes meanwhile. What is exchanged at once then goes over the same link, and holds it up.</param>
    public void Carry(long bytes, bool isBackground)
    {
        var call = new Messages(1, bytes);
        long ticks = TimeSpan.FromSeconds(Speed.Seconds(call)).Ticks;
        if (!isBackground)
        {
            AtOnce += call;
            Interlocked.Add(ref _atOnceTicks, ticks);
            Delay(() => ticks);
        }
        else
        {
            Background += call;
            long before = Interlocked.Read(ref _atOnceTicks);
            Delay(() => ticks + Interlocked.Read(ref _atOnceTicks) - before);
        }
    }

    private static void Delay(Func<long> ticks)
    {
        long start = Stopwatch.GetTimestamp();
        while (ticks() - Stopwatch.GetElapsedTime(start).Ticks is > 0 and long left)
        {
            MpiLibrary.Sleep(TimeSpan.FromTicks(left));
        }
    }
}

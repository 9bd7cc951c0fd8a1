using System.Diagnostics;

namespace CifarFast.Benchmarks.Reports;

/// <summary>
/// Something that is measured against others. They take turns for several rounds in one process, so that a busy moment of the
/// machine hits all of them alike, and each is judged by the median of its rounds.
/// </summary>
/// <param name="name">What it is called in a table.</param>
/// <param name="action">What it does.</param>
/// <param name="repeats">How often it does so in a round: enough to last some milliseconds.</param>
internal sealed class Contestant(string name, Action action, int repeats = 1)
{
    private readonly List<double> _seconds = [];

    public string Name => name;

    /// <summary>The median over the rounds of the time of one action.</summary>
    public double Seconds => _seconds.Order().ElementAt(_seconds.Count / 2);

    /// <summary>The JIT compiles its best code once a method was called often enough and a moment has passed.</summary>
    public void WarmUp(double seconds)
    {
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < seconds;)
        {
            action();
        }
    }

    /// <summary>Takes its turn of a round.</summary>
    public void Measure()
    {
        // The threads of the one before may still be waiting for work at full speed; and the first action finds cold caches.
        Thread.Sleep(50);
        action();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < repeats; i++)
        {
            action();
        }

        _seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds / repeats);
    }
}

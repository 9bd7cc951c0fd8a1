namespace CifarFast.Engine.Execution;

/// <summary>How much of a network's work in a step is done. Threads add what they do, and any thread may read how far they are.</summary>
internal sealed class WorkProgress
{
    private long _total = 1;
    private long _done;

    /// <summary>The share that is done, 0 to 1.</summary>
    public double Share => Math.Min(1, (double)Interlocked.Read(ref _done) / Interlocked.Read(ref _total));

    /// <summary>Begins with a step of <paramref name="total"/> multiply-adds.</summary>
    public void Begin(long total)
    {
        Interlocked.Exchange(ref _done, 0);
        Interlocked.Exchange(ref _total, Math.Max(1, total));
    }

    /// <summary>Ends the step: until the next one begins, nothing is done.</summary>
    public void End() => Interlocked.Exchange(ref _done, 0);

    /// <summary>Adds multiply-adds that were done.</summary>
    public void Add(long work) => Interlocked.Add(ref _done, work);
}

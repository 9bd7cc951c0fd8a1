namespace CifarFast.Engine.Distributed;

/// <summary>A process that computes alone: it has everything already.</summary>
internal sealed class SingleProcess : ICollective
{
    /// <summary>The one there is.</summary>
    public static SingleProcess Instance { get; } = new();

    public int Rank => 0;

    public int Size => 1;

    public TimeSpan Waited => TimeSpan.Zero;

    public void AllGather(Span<float> data, ReadOnlySpan<int> lengths, CancellationToken cancellation)
    {
    }

    public void AllToAll(
        ReadOnlySpan<float> sent, ReadOnlySpan<int> sentLengths, Span<float> received, ReadOnlySpan<int> receivedLengths, CancellationToken cancellation) =>
        sent.CopyTo(received);

    public long Begin(Action<ICommunicator, CancellationToken> exchange, CancellationToken cancellation)
    {
        exchange(this, cancellation);
        return 0;
    }

    public void Complete(long exchange)
    {
    }
}

using CifarFast.Engine.Distributed;

namespace CifarFast.Benchmarks.Processes;

/// <summary>Any number of processes of which there is only the last one: nothing comes from the others, but what would come can be counted.</summary>
/// <param name="size">How many processes.</param>
internal sealed class PaperCollective(int size) : ICollective
{
    private long _begun;

    public int Rank => size - 1;

    public int Size => size;

    public TimeSpan Waited => TimeSpan.Zero;

    public void AllGather(Span<float> data, ReadOnlySpan<int> lengths, CancellationToken cancellation)
    {
    }

    public void AllToAll(
        ReadOnlySpan<float> sent, ReadOnlySpan<int> sentLengths, Span<float> received, ReadOnlySpan<int> receivedLengths, CancellationToken cancellation)
    {
    }

    public long Begin(Action<ICommunicator, CancellationToken> exchange, CancellationToken cancellation)
    {
        exchange(this, cancellation);
        return ++_begun;
    }

    public void Complete(long exchange)
    {
    }
}

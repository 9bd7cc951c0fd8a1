using CifarFast.Engine.Distributed;

namespace CifarFast.Benchmarks.Processes;

/// <summary>A communicator whose messages go over a <see cref="Link"/>.</summary>
/// <param name="inner">What exchanges them.</param>
/// <param name="link">What counts and delays them.</param>
/// <param name="isBackground">Whether the process computes meanwhile.</param>
/// <param name="calls">Is given each call; null where they are not to be made again.</param>
internal sealed class LinkedCommunicator(ICommunicator inner, Link link, bool isBackground, List<Call>? calls) : ICommunicator
{
    public int Rank => inner.Rank;

    public int Size => inner.Size;

    public void AllGather(Span<float> data, ReadOnlySpan<int> lengths, CancellationToken cancellation)
    {
        calls?.Add(new Call([], lengths.ToArray()));
        inner.AllGather(data, lengths, cancellation);
        Carry((long)lengths[Rank] * (Size - 1), data.Length - lengths[Rank]);
    }

    public void AllToAll(
        ReadOnlySpan<float> sent, ReadOnlySpan<int> sentLengths, Span<float> received, ReadOnlySpan<int> receivedLengths, CancellationToken cancellation)
    {
        calls?.Add(new Call(sentLengths.ToArray(), receivedLengths.ToArray()));
        inner.AllToAll(sent, sentLengths, received, receivedLengths, cancellation);
        Carry(sent.Length - sentLengths[Rank], received.Length - receivedLengths[Rank]);
    }

    private void Carry(long given, long taken) => link.Carry(sizeof(float) * Math.Max(given, taken), isBackground);
}

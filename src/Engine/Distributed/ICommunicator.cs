namespace CifarFast.Engine.Distributed;

/// <summary>
/// The processes that compute together, and what they hand each other. All of them make the same calls in the same order, one at a time.
/// </summary>
internal interface ICommunicator
{
    /// <summary>The number of this process, from 0.</summary>
    int Rank { get; }

    /// <summary>How many processes there are.</summary>
    int Size { get; }

    /// <summary>Fills <paramref name="data"/>, of which each process has written its own part, with those of all others.</summary>
    /// <param name="data">The parts of all processes, one behind the other in the order of their ranks.</param>
    /// <param name="lengths">Floats of the part of each process; the same in all of them.</param>
    /// <param name="cancellation">Ends the wait, after which nothing more can be exchanged.</param>
    /// <exception cref="CollectiveException">Others did not come.</exception>
    /// <exception cref="OperationCanceledException">Cancellation was asked for.</exception>
    void AllGather(Span<float> data, ReadOnlySpan<int> lengths, CancellationToken cancellation);

    /// <summary>Gives every process something else, and takes what each of them has for this one.</summary>
    /// <param name="sent">What each process is given, one behind the other in the order of their ranks; this one has its own part, too.</param>
    /// <param name="sentLengths">Floats of each part.</param>
    /// <param name="received">Where what comes from each process goes, one behind the other in the order of their ranks.</param>
    /// <param name="receivedLengths">Floats of each of these: as many as that process sends to this one.</param>
    /// <param name="cancellation">Ends the wait, after which nothing more can be exchanged.</param>
    /// <exception cref="CollectiveException">Others did not come.</exception>
    /// <exception cref="OperationCanceledException">Cancellation was asked for.</exception>
    void AllToAll(
        ReadOnlySpan<float> sent, ReadOnlySpan<int> sentLengths, Span<float> received, ReadOnlySpan<int> receivedLengths, CancellationToken cancellation);
}

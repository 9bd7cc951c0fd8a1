namespace CifarFast.Engine.Distributed;

/// <summary>
/// The processes that compute together, and the one thing they do with each other: each hands its part of something to all others. All of them make the
/// same calls in the same order, each from one thread.
/// </summary>
internal interface ICollective
{
    /// <summary>The number of this process, from 0.</summary>
    int Rank { get; }

    /// <summary>How many processes there are.</summary>
    int Size { get; }

    /// <summary>How long this process has been in <see cref="AllGather"/> so far: on the way or waiting for others.</summary>
    TimeSpan Waited { get; }

    /// <summary>Fills <paramref name="data"/>, of which each process has written its own part, with those of all others.</summary>
    /// <param name="data">The parts of all processes, one behind the other in the order of their ranks.</param>
    /// <param name="lengths">Floats of the part of each process; the same in all of them.</param>
    /// <param name="cancellation">Ends the wait, after which nothing more can be gathered.</param>
    /// <exception cref="CollectiveException">Others did not come.</exception>
    /// <exception cref="OperationCanceledException">Cancellation was asked for.</exception>
    void AllGather(Span<float> data, ReadOnlySpan<int> lengths, CancellationToken cancellation);
}

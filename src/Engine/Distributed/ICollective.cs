namespace CifarFast.Engine.Distributed;

/// <summary>
/// The processes that compute together, with two ways to exchange something: at once, by the calls of <see cref="ICommunicator"/>, and in the background,
/// while this process computes. Neither waits for the other. All processes begin the same exchanges in the same order.
/// </summary>
internal interface ICollective : ICommunicator
{
    /// <summary>How long this process has waited so far, for others or for what was on the way, with nothing to compute.</summary>
    TimeSpan Waited { get; }

    /// <summary>Has something exchanged by another thread, behind all that was begun before.</summary>
    /// <param name="exchange">Makes the calls, by the communicator that it is given. What it reads and writes is its own until it is complete.</param>
    /// <param name="cancellation">Is given to it.</param>
    /// <returns>The number of the exchange, for <see cref="Complete"/>; they are counted from 1.</returns>
    long Begin(Action<ICommunicator, CancellationToken> exchange, CancellationToken cancellation);

    /// <summary>Waits until an exchange that was begun, and all those before it, are done.</summary>
    /// <param name="exchange">The number of the exchange; there is nothing to wait for where it is 0.</param>
    /// <exception cref="CollectiveException">In one of those that were begun so far, others did not come.</exception>
    /// <exception cref="OperationCanceledException">One of them was cancelled.</exception>
    void Complete(long exchange);
}

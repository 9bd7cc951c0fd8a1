using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace CifarFast.Engine.Distributed;

/// <summary>A thread that exchanges something while others compute: one thing after another, in the order in which they were begun.</summary>
/// <param name="communicator">By what it does so; nobody else uses it.</param>
internal sealed class CommunicationThread(ICommunicator communicator) : IDisposable
{
    // Lock has no way to wait for something.
    private readonly object _gate = new();
    private readonly Queue<(Action<ICommunicator, CancellationToken> Exchange, CancellationToken Cancellation)> _begun = new();
    private ExceptionDispatchInfo? _failure;
    private Thread? _thread;
    private long _count;
    private long _done;
    private long _awaitedSince;
    private bool _isOver;

    /// <summary>How long others have waited for it.</summary>
    public TimeSpan Waited { get; private set; }

    /// <summary>Since when, by <see cref="Stopwatch.GetTimestamp"/>, somebody waits for what it does; null where nobody does.</summary>
    public long? AwaitedSince => Volatile.Read(ref _awaitedSince) is > 0 and long since ? since : null;

    /// <inheritdoc cref="ICollective.Begin"/>
    public long Begin(Action<ICommunicator, CancellationToken> exchange, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_thread is null)
            {
                _thread = new Thread(Work) { IsBackground = true, Name = "communication" };
                _thread.Start();
            }

            _begun.Enqueue((exchange, cancellation));
            Monitor.PulseAll(_gate);
            return ++_count;
        }
    }

    /// <inheritdoc cref="ICollective.Complete"/>
    public void Complete(long exchange)
    {
        lock (_gate)
        {
            if (_done < exchange)
            {
                long start = Stopwatch.GetTimestamp();
                Volatile.Write(ref _awaitedSince, start);
                while (_done < exchange)
                {
                    Monitor.Wait(_gate);
                }

                Volatile.Write(ref _awaitedSince, 0);
                Waited += Stopwatch.GetElapsedTime(start);
            }

            _failure?.Throw();
        }
    }

    /// <summary>Ends the thread, when all is done that was begun.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Work()
    {
        while (Next() is (Action<ICommunicator, CancellationToken> exchange, CancellationToken cancellation))
        {
            ExceptionDispatchInfo? failure = null;
            try
            {
                // When one has failed, nobody knows what others wait for.
                if (_failure is null)
                {
                    exchange(communicator, cancellation);
                }
            }
            catch (Exception error)
            {
                failure = ExceptionDispatchInfo.Capture(error);
            }

            lock (_gate)
            {
                _failure ??= failure;
                _done++;
                Monitor.PulseAll(_gate);
            }
        }
    }

    private (Action<ICommunicator, CancellationToken> Exchange, CancellationToken Cancellation)? Next()
    {
        lock (_gate)
        {
            while (_begun.Count == 0)
            {
                if (_isOver)
                {
                    return null;
                }

                Monitor.Wait(_gate);
            }

            return _begun.Dequeue();
        }
    }
}

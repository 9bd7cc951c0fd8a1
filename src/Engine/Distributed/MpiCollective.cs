using System.Diagnostics;

namespace CifarFast.Engine.Distributed;

/// <summary>
/// The processes that an MPI launcher started. Whatever MPI itself finds wrong ends them all. What is exchanged at once and what in the background go by
/// communicators of their own, so that neither waits for the other.
/// </summary>
internal sealed unsafe class MpiCollective : ICollective
{
    /// <summary>How long a call of MPI may take that another thread is in before all processes are ended without waiting for it.</summary>
    private static readonly TimeSpan _longestCall = TimeSpan.FromSeconds(1);

    private readonly MpiLibrary _library;
    private readonly MpiCommunicator _atOnce;
    private readonly CommunicationThread? _background;
    private TimeSpan _waited;

    /// <summary>Joins the other processes.</summary>
    /// <param name="launcher">What started them, or null where that is not known.</param>
    /// <param name="timeout">How long to wait for others before something must be wrong.</param>
    /// <exception cref="CollectiveException">There is no MPI library, or not the launcher's.</exception>
    public MpiCollective(MpiLauncher? launcher, TimeSpan timeout)
    {
        _library = MpiLibrary.Load(launcher);
        bool isForThreads = _library.Init();
        _atOnce = new MpiCommunicator(_library, _library.World, timeout, static () => 0);
        if (launcher is { Size: > 0 } && launcher.Size != Size)
        {
            throw new CollectiveException($"{launcher.Name} started {launcher.Size} processes, but its library ({_library.Version}) knows of {Size}; launcher and library do not belong together");
        }

        if (isForThreads)
        {
            nint handle;
            _library.CommDup(_library.World, &handle);
            CommunicationThread? background = null;
            background = new CommunicationThread(new MpiCommunicator(_library, handle, timeout, () => background!.AwaitedSince));
            _background = background;
        }
    }

    public int Rank => _atOnce.Rank;

    public int Size => _atOnce.Size;

    public TimeSpan Waited => _waited + (_background?.Waited ?? TimeSpan.Zero);

    /// <summary>What connects the processes, as <c>Open MPI v4.1.4</c> or <c>MPICH 4.0.2</c>: the first words that the library says of itself.</summary>
    public string Version => string.Join(' ', _library.Version.Split(',')[0].Replace("Version:", "", StringComparison.Ordinal).Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries));

    public void AllGather(Span<float> data, ReadOnlySpan<int> lengths, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        _atOnce.AllGather(data, lengths, cancellation);
        _waited += Stopwatch.GetElapsedTime(start);
    }

    public void AllToAll(
        ReadOnlySpan<float> sent, ReadOnlySpan<int> sentLengths, Span<float> received, ReadOnlySpan<int> receivedLengths, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        _atOnce.AllToAll(sent, sentLengths, received, receivedLengths, cancellation);
        _waited += Stopwatch.GetElapsedTime(start);
    }

    public long Begin(Action<ICommunicator, CancellationToken> exchange, CancellationToken cancellation)
    {
        if (_background is not null)
        {
            return _background.Begin(exchange, cancellation);
        }

        // The library can be called by one thread only.
        exchange(this, cancellation);
        return 0;
    }

    public void Complete(long exchange) => _background?.Complete(exchange);

    /// <summary>Takes leave of the others, who do the same: from here on each is alone.</summary>
    public void Leave()
    {
        _background?.Dispose();
        _library.Finalize();
    }

    /// <summary>Ends all processes, this one too.</summary>
    /// <param name="exitCode">What the launcher should return.</param>
    public void Abort(int exitCode)
    {
        _library.Calls.TryEnter(_longestCall);
        _library.Abort(_library.World, exitCode);
    }
}

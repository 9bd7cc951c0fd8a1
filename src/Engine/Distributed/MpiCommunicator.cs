using System.Diagnostics;

namespace CifarFast.Engine.Distributed;

/// <summary>
/// The processes that an MPI launcher started, by one of their communicators. One thread uses it at a time, and waits by looking again and again whether
/// others have come, so that it can stop waiting.
/// </summary>
internal sealed unsafe class MpiCommunicator : ICommunicator
{
    /// <summary>Of the messages by which processes tell each other that they are there.</summary>
    private const int PresenceTag = 1;

    /// <summary>A status takes 24 bytes at most in the implementations of today.</summary>
    private const int StatusLength = 256;

    private static readonly TimeSpan _eager = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _patient = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _shortestRest = TimeSpan.FromMicroseconds(50);
    private static readonly TimeSpan _longestRest = TimeSpan.FromMicroseconds(500);

    private readonly MpiLibrary _library;
    private readonly nint _handle;
    private readonly TimeSpan _timeout;
    private readonly Func<long?> _awaitedSince;
    private readonly int[] _sentLengths;
    private readonly int[] _sentStarts;
    private readonly int[] _receivedLengths;
    private readonly int[] _receivedStarts;
    private readonly byte[] _status = GC.AllocateArray<byte>(StatusLength, pinned: true);
    private readonly nint[] _requests;
    private readonly float[] _message = GC.AllocateArray<float>(1, pinned: true);
    private bool _hasToldPresence;

    /// <summary>Takes a communicator of all processes.</summary>
    /// <param name="library">The library, which has been initialised.</param>
    /// <param name="handle">What it calls the communicator.</param>
    /// <param name="timeout">How long to wait for others before something must be wrong.</param>
    /// <param name="awaitedSince">Since when somebody has nothing to do but to wait for it; null where nobody does, and waiting should leave the cores to others.</param>
    public MpiCommunicator(MpiLibrary library, nint handle, TimeSpan timeout, Func<long?> awaitedSince)
    {
        _library = library;
        _handle = handle;
        _timeout = timeout;
        _awaitedSince = awaitedSince;
        Rank = library.Rank;
        Size = library.Size;
        _sentLengths = GC.AllocateArray<int>(Size, pinned: true);
        _sentStarts = GC.AllocateArray<int>(Size, pinned: true);
        _receivedLengths = GC.AllocateArray<int>(Size, pinned: true);
        _receivedStarts = GC.AllocateArray<int>(Size, pinned: true);
        _requests = GC.AllocateArray<nint>(Size + 1, pinned: true);
    }

    public int Rank { get; }

    public int Size { get; }

    public void AllGather(Span<float> data, ReadOnlySpan<int> lengths, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(data.Length, Place(lengths, _receivedLengths, _receivedStarts));
        if (data.Length == 0)
        {
            return;
        }

        fixed (float* all = data)
        fixed (int* counts = _receivedLengths, starts = _receivedStarts)
        fixed (nint* request = _requests)
        {
            lock (_library.Calls)
            {
                _library.Iallgatherv(_library.InPlace, 0, _library.Float, all, counts, starts, _library.Float, _handle, request);
            }

            Wait(request, cancellation);
        }
    }

    public void AllToAll(
        ReadOnlySpan<float> sent, ReadOnlySpan<int> sentLengths, Span<float> received, ReadOnlySpan<int> receivedLengths, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(sent.Length, Place(sentLengths, _sentLengths, _sentStarts));
        ArgumentOutOfRangeException.ThrowIfNotEqual(received.Length, Place(receivedLengths, _receivedLengths, _receivedStarts));
        fixed (float* from = sent, to = received)
        fixed (int* sentCounts = _sentLengths, sentStarts = _sentStarts, receivedCounts = _receivedLengths, receivedStarts = _receivedStarts)
        fixed (nint* request = _requests)
        {
            lock (_library.Calls)
            {
                _library.Ialltoallv(
                    from, sentCounts, sentStarts, _library.Float, to, receivedCounts, receivedStarts, _library.Float, _handle, request);
            }

            Wait(request, cancellation);
        }
    }

    /// <summary>Lays parts out one behind the other and returns the length of all.</summary>
    private int Place(ReadOnlySpan<int> lengths, int[] counts, int[] starts)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(lengths.Length, Size);
        int length = 0;
        for (int process = 0; process < lengths.Length; process++)
        {
            (counts[process], starts[process]) = (lengths[process], length);
            length += lengths[process];
        }

        return length;
    }

    private void Wait(nint* request, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        while (!IsDone(request))
        {
            cancellation.ThrowIfCancellationRequested();
            TimeSpan waited = Stopwatch.GetElapsedTime(start);
            if (waited > _timeout)
            {
                throw new CollectiveException(Absent(waited));
            }

            Rest(start, waited);
            if (waited > _patient && !_hasToldPresence && Enumerable.Range(0, Size).Any(IsPresent))
            {
                TellPresence();
            }
        }
    }

    /// <summary>Leaves the core to others for a moment. Messages move on while somebody looks after them.</summary>
    private void Rest(long start, TimeSpan waited)
    {
        if (_awaitedSince() is not long since)
        {
            // What takes long is looked after less often, so that it is found done within an eighth more of its time.
            MpiLibrary.Sleep(TimeSpan.FromTicks(Math.Clamp(waited.Ticks / 8, _shortestRest.Ticks, _longestRest.Ticks)));
        }
        else if (Stopwatch.GetElapsedTime(Math.Max(start, since)) < _eager)
        {
            Thread.Yield();
        }
        else
        {
            Thread.Sleep(1);
        }
    }

    private bool IsDone(nint* request)
    {
        int isDone;
        fixed (byte* status = _status)
        {
            lock (_library.Calls)
            {
                _library.Test(request, &isDone, status);
            }
        }

        return isDone != 0;
    }

    /// <summary>Whether a process has told that it is there, which it does when it, or another one, has waited for too long.</summary>
    private bool IsPresent(int process)
    {
        int isThere = 0;
        fixed (byte* status = _status)
        {
            if (process != Rank)
            {
                lock (_library.Calls)
                {
                    _library.Iprobe(process, PresenceTag, _library.World, &isThere, status);
                }
            }
        }

        return isThere != 0;
    }

    private void TellPresence()
    {
        _hasToldPresence = true;
        fixed (float* message = _message)
        fixed (nint* requests = _requests)
        {
            for (int process = 0; process < Size; process++)
            {
                if (process != Rank)
                {
                    lock (_library.Calls)
                    {
                        _library.Isend(message, 1, _library.Float, process, PresenceTag, _library.World, requests + 1 + process);
                    }
                }
            }
        }
    }

    /// <summary>Says who does not answer.</summary>
    private string Absent(TimeSpan waited)
    {
        TellPresence();
        long start = Stopwatch.GetTimestamp();
        int[] absent;
        do
        {
            Thread.Sleep(10);
            absent = [.. Enumerable.Range(0, Size).Where(process => process != Rank && !IsPresent(process))];
        }
        while (absent.Length > 0 && Stopwatch.GetElapsedTime(start) < 3 * _patient);

        string who = absent.Length == 0 ? "the others" : $"process{(absent.Length == 1 ? "" : "es")} {string.Join(" and ", absent)}";
        return FormattableString.Invariant($"waited {waited.TotalSeconds:F0} s for {who} in vain: stopped, cut off, or at something that takes longer");
    }
}

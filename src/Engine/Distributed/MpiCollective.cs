using System.Diagnostics;

namespace CifarFast.Engine.Distributed;

/// <summary>
/// The processes that an MPI launcher started. Whatever MPI itself finds wrong ends them all. One thread makes all calls, from beginning to end.
/// </summary>
internal sealed unsafe class MpiCollective : ICollective
{
    /// <summary>Of the messages by which processes tell each other that they are there.</summary>
    private const int PresenceTag = 1;

    /// <summary>A status takes 24 bytes at most in the implementations of today.</summary>
    private const int StatusLength = 256;

    private static readonly TimeSpan _eager = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _patient = TimeSpan.FromSeconds(1);

    private readonly MpiLibrary _library;
    private readonly TimeSpan _timeout;
    private readonly int[] _lengths;
    private readonly int[] _starts;
    private readonly byte[] _status = GC.AllocateArray<byte>(StatusLength, pinned: true);
    private readonly nint[] _requests;
    private readonly float[] _message = GC.AllocateArray<float>(1, pinned: true);
    private bool _hasToldPresence;

    /// <summary>Joins the other processes.</summary>
    /// <param name="launcher">What started them, or null where that is not known.</param>
    /// <param name="timeout">How long to wait for others before something must be wrong.</param>
    /// <exception cref="CollectiveException">There is no MPI library, or not the launcher's.</exception>
    public MpiCollective(MpiLauncher? launcher, TimeSpan timeout)
    {
        _library = MpiLibrary.Load(launcher);
        _timeout = timeout;
        _library.Init();
        Rank = _library.Rank;
        Size = _library.Size;
        _lengths = GC.AllocateArray<int>(Size, pinned: true);
        _starts = GC.AllocateArray<int>(Size, pinned: true);
        _requests = GC.AllocateArray<nint>(Size + 1, pinned: true);
        if (launcher is { Size: > 0 } && launcher.Size != Size)
        {
            throw new CollectiveException($"{launcher.Name} started {launcher.Size} processes, but its library ({_library.Version}) knows of {Size}; launcher and library do not belong together");
        }
    }

    public int Rank { get; }

    public int Size { get; }

    public TimeSpan Waited { get; private set; }

    /// <summary>What connects the processes, as <c>Open MPI v4.1.4</c> or <c>MPICH 4.0.2</c>: the first words that the library says of itself.</summary>
    public string Version => string.Join(' ', _library.Version.Split(',')[0].Replace("Version:", "", StringComparison.Ordinal).Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries));

    public void AllGather(Span<float> data, ReadOnlySpan<int> lengths, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(lengths.Length, Size);
        int length = 0;
        for (int process = 0; process < lengths.Length; process++)
        {
            (_lengths[process], _starts[process]) = (lengths[process], length);
            length += lengths[process];
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(data.Length, length);
        if (length == 0)
        {
            return;
        }

        long start = Stopwatch.GetTimestamp();
        fixed (float* all = data)
        fixed (int* counts = _lengths, starts = _starts)
        fixed (nint* request = _requests)
        {
            _library.Iallgatherv(_library.InPlace, 0, _library.Float, all, counts, starts, _library.Float, _library.World, request);
            Wait(request, start, cancellation);
        }

        Waited += Stopwatch.GetElapsedTime(start);
    }

    /// <summary>Takes leave of the others, who do the same: from here on each is alone.</summary>
    public void Leave() => _library.Finalize();

    /// <summary>Ends all processes, this one too.</summary>
    /// <param name="exitCode">What the launcher should return.</param>
    public void Abort(int exitCode) => _library.Abort(_library.World, exitCode);

    private void Wait(nint* request, long start, CancellationToken cancellation)
    {
        while (!IsDone(request))
        {
            cancellation.ThrowIfCancellationRequested();
            TimeSpan waited = Stopwatch.GetElapsedTime(start);
            if (waited > _timeout)
            {
                throw new CollectiveException(Absent(waited));
            }

            // Messages move on while somebody looks after them, so it pays to look often while one may be on its way.
            if (waited < _eager)
            {
                Thread.Yield();
            }
            else
            {
                Thread.Sleep(1);
            }

            if (waited > _patient && !_hasToldPresence && Enumerable.Range(0, Size).Any(IsPresent))
            {
                TellPresence();
            }
        }
    }

    private bool IsDone(nint* request)
    {
        int isDone;
        fixed (byte* status = _status)
        {
            _library.Test(request, &isDone, status);
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
                _library.Iprobe(process, PresenceTag, _library.World, &isThere, status);
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
                    _library.Isend(message, 1, _library.Float, process, PresenceTag, _library.World, requests + 1 + process);
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

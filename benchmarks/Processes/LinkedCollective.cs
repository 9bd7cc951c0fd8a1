using System.Diagnostics;
using CifarFast.Engine.Distributed;

namespace CifarFast.Benchmarks.Processes;

/// <summary>Processes whose messages go over a <see cref="Link"/>, and what they are in a step.</summary>
internal sealed class LinkedCollective : ICollective
{
    private readonly ICollective _inner;
    private readonly List<Call> _atOnceCalls = [];
    private readonly List<Call> _backgroundCalls = [];
    private readonly List<Overlap> _overlaps = [];
    private readonly List<(double Begun, Messages Before)> _begun = [];
    private bool _isRecording;
    private long _last;
    private long _opened;
    private TimeSpan _atOnce;
    private TimeSpan _atOnceBefore;
    private TimeSpan _completing;

    /// <summary>Has the messages of others go over a link.</summary>
    /// <param name="inner">What exchanges them.</param>
    public LinkedCollective(ICollective inner) => _inner = inner;

    /// <summary>The link.</summary>
    public Link Link { get; } = new();

    public int Rank => _inner.Rank;

    public int Size => _inner.Size;

    /// <summary>How long this process has waited, with what the link took.</summary>
    public TimeSpan Waited => _atOnce + _completing;

    /// <summary>Takes down what a step exchanges.</summary>
    public StepMessages Record(Action step)
    {
        _atOnceCalls.Clear();
        _backgroundCalls.Clear();
        _overlaps.Clear();
        Messages before = Link.AtOnce;
        _isRecording = true;
        step();
        _isRecording = false;
        return new StepMessages(Link.AtOnce - before, [.. _overlaps], [.. _atOnceCalls], [.. _backgroundCalls]);
    }

    public void AllGather(Span<float> data, ReadOnlySpan<int> lengths, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        AtOnce().AllGather(data, lengths, cancellation);
        _atOnce += Stopwatch.GetElapsedTime(start);
    }

    public void AllToAll(
        ReadOnlySpan<float> sent, ReadOnlySpan<int> sentLengths, Span<float> received, ReadOnlySpan<int> receivedLengths, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        AtOnce().AllToAll(sent, sentLengths, received, receivedLengths, cancellation);
        _atOnce += Stopwatch.GetElapsedTime(start);
    }

    public long Begin(Action<ICommunicator, CancellationToken> exchange, CancellationToken cancellation)
    {
        if (_opened == 0)
        {
            (_opened, _atOnceBefore) = (Stopwatch.GetTimestamp(), _atOnce);
        }

        double begun = Computed;
        List<Call>? calls = _isRecording ? _backgroundCalls : null;
        return _last = _inner.Begin(
            (communicator, token) =>
            {
                _begun.Add((begun, Link.Background));
                exchange(new LinkedCommunicator(communicator, Link, isBackground: true, calls), token);
            },
            cancellation);
    }

    public void Complete(long exchange)
    {
        double computed = _opened == 0 ? 0 : Computed;
        long start = Stopwatch.GetTimestamp();
        _inner.Complete(exchange);
        _completing += Stopwatch.GetElapsedTime(start);
        if (_opened == 0 || exchange < _last)
        {
            return;
        }

        // All that was begun is done, so the other thread is not at it.
        IEnumerable<Messages> ends = _begun.Skip(1).Select(next => next.Before).Append(Link.Background);
        _overlaps.Add(new Overlap(computed, [.. _begun.Zip(ends, (own, end) => (own.Begun, end - own.Before))]));
        _begun.Clear();
        _opened = 0;
    }

    private LinkedCommunicator AtOnce() => new(_inner, Link, isBackground: false, _isRecording ? _atOnceCalls : null);

    /// <summary>Seconds since something was begun in the background, but for what was exchanged at once.</summary>
    private double Computed => (Stopwatch.GetElapsedTime(_opened) - (_atOnce - _atOnceBefore)).TotalSeconds;
}

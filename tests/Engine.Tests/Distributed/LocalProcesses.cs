using CifarFast.Engine.Distributed;

namespace CifarFast.Engine.Tests.Distributed;

/// <summary>Threads of one process that take themselves for processes.</summary>
internal sealed class LocalProcesses : IDisposable
{
    private readonly Meeting _atOnce;
    private readonly Meeting _background;

    private LocalProcesses(int size)
    {
        _atOnce = new Meeting(size);
        _background = new Meeting(size);
    }

    /// <summary>Runs <paramref name="body"/> as so many processes, and returns what each of them comes to.</summary>
    public static T[] Run<T>(int size, Func<ICollective, T> body)
    {
        using var processes = new LocalProcesses(size);
        var results = new T[size];
        Exception? failure = null;
        Thread[] threads = [.. Enumerable.Range(0, size).Select(rank => new Thread(() =>
        {
            try
            {
                using var process = new Member(processes, rank);
                results[rank] = body(process);
            }
            catch (Exception error)
            {
                failure ??= error;
                processes._atOnce.GiveUp();
                processes._background.GiveUp();
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return failure is null ? results : throw new InvalidOperationException("a process failed", failure);
    }

    public void Dispose()
    {
        _atOnce.Dispose();
        _background.Dispose();
    }

    /// <summary>Where processes hand each other something.</summary>
    private sealed class Meeting(int size) : IDisposable
    {
        private readonly Barrier _barrier = new(size);
        private readonly float[][][] _parts = new float[size][][];

        public int Size => size;

        public void GiveUp() => _barrier.RemoveParticipant();

        public void Dispose() => _barrier.Dispose();

        /// <summary>Gives each process something, and returns what each of them has for this one.</summary>
        public float[][] Exchange(int rank, float[][] parts, CancellationToken cancellation)
        {
            _parts[rank] = parts;
            _barrier.SignalAndWait(Hang.Limit, cancellation);
            float[][] received = [.. _parts.Select(ofProcess => ofProcess[rank])];
            _barrier.SignalAndWait(Hang.Limit, cancellation);
            return received;
        }
    }

    private sealed class Communicator(Meeting meeting, int rank) : ICommunicator
    {
        public int Rank => rank;

        public int Size => meeting.Size;

        public void AllGather(Span<float> data, ReadOnlySpan<int> lengths, CancellationToken cancellation)
        {
            // What lies in the places of others is not to be read.
            float[] own = Cut(data, lengths)[rank];
            data.Fill(float.NaN);
            Join(meeting.Exchange(rank, [.. Enumerable.Repeat(own, Size)], cancellation), data, lengths);
        }

        public void AllToAll(
            ReadOnlySpan<float> sent, ReadOnlySpan<int> sentLengths, Span<float> received, ReadOnlySpan<int> receivedLengths, CancellationToken cancellation) =>
            Join(meeting.Exchange(rank, Cut(sent, sentLengths), cancellation), received, receivedLengths);

        private float[][] Cut(ReadOnlySpan<float> data, ReadOnlySpan<int> lengths)
        {
            float[][] parts = new float[Size][];
            int start = 0;
            for (int process = 0; process < parts.Length; process++)
            {
                parts[process] = data.Slice(start, lengths[process]).ToArray();
                start += lengths[process];
            }

            Assert.Equal(data.Length, start);
            return parts;
        }

        private static void Join(float[][] parts, Span<float> data, ReadOnlySpan<int> lengths)
        {
            int start = 0;
            for (int process = 0; process < parts.Length; process++)
            {
                Assert.Equal(lengths[process], parts[process].Length);
                parts[process].CopyTo(data[start..]);
                start += lengths[process];
            }

            Assert.Equal(data.Length, start);
        }
    }

    private sealed class Member(LocalProcesses processes, int rank) : ICollective, IDisposable
    {
        private readonly Communicator _atOnce = new(processes._atOnce, rank);
        private readonly CommunicationThread _background = new(new Communicator(processes._background, rank));

        public int Rank => rank;

        public int Size => _atOnce.Size;

        public TimeSpan Waited => TimeSpan.Zero;

        public void AllGather(Span<float> data, ReadOnlySpan<int> lengths, CancellationToken cancellation) => _atOnce.AllGather(data, lengths, cancellation);

        public void AllToAll(
            ReadOnlySpan<float> sent, ReadOnlySpan<int> sentLengths, Span<float> received, ReadOnlySpan<int> receivedLengths, CancellationToken cancellation) =>
            _atOnce.AllToAll(sent, sentLengths, received, receivedLengths, cancellation);

        public long Begin(Action<ICommunicator, CancellationToken> exchange, CancellationToken cancellation) => _background.Begin(exchange, cancellation);

        public void Complete(long exchange) => _background.Complete(exchange);

        public void Dispose() => _background.Dispose();
    }
}

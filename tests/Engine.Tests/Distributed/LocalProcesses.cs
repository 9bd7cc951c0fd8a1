using CifarFast.Engine.Distributed;

namespace CifarFast.Engine.Tests.Distributed;

/// <summary>Threads of one process that take themselves for processes.</summary>
internal sealed class LocalProcesses : IDisposable
{
    private readonly Barrier _barrier;
    private readonly float[][] _parts;

    private LocalProcesses(int size)
    {
        _barrier = new Barrier(size);
        _parts = new float[size][];
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
                results[rank] = body(new Member(processes, rank));
            }
            catch (Exception error)
            {
                failure ??= error;
                processes._barrier.RemoveParticipant();
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return failure is null ? results : throw new InvalidOperationException("a process failed", failure);
    }

    public void Dispose() => _barrier.Dispose();

    private sealed class Member(LocalProcesses processes, int rank) : ICollective
    {
        public int Rank => rank;

        public int Size => processes._parts.Length;

        public TimeSpan Waited => TimeSpan.Zero;

        public void AllGather(Span<float> data, ReadOnlySpan<int> lengths, CancellationToken cancellation)
        {
            int start = 0;
            for (int process = 0; process < rank; process++)
            {
                start += lengths[process];
            }

            // What lies in the places of others is not to be read.
            float[] own = data.Slice(start, lengths[rank]).ToArray();
            data.Fill(float.NaN);
            processes._parts[rank] = own;
            processes._barrier.SignalAndWait(Hang.Limit, cancellation);
            start = 0;
            for (int process = 0; process < Size; process++)
            {
                Assert.Equal(lengths[process], processes._parts[process].Length);
                processes._parts[process].CopyTo(data[start..]);
                start += lengths[process];
            }

            Assert.Equal(data.Length, start);
            processes._barrier.SignalAndWait(Hang.Limit, cancellation);
        }
    }
}

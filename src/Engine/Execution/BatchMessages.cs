using CifarFast.Engine.Distributed;
using CifarFast.Engine.Operators;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Execution;

/// <summary>
/// What processes hand each other of a batch, as it lies in messages, with the memory for one exchange at a time.
/// </summary>
internal sealed class BatchMessages
{
    /// <summary>
    /// The floats that a network carries while a message is on its way, with which a second round of messages has to pay: about as many (64 KB)
    /// where a gigabit a second is half a millisecond away, and where ten are 50 µs away.
    /// </summary>
    private const int FloatsOfLatency = 16384;

    private AlignedBuffer _sent = new(0);
    private AlignedBuffer _received = new(0);
    private int[] _sentLengths = [];
    private int[] _receivedLengths = [];

    /// <summary>Floats that it takes.</summary>
    public long Floats => _sent.Length + (long)_received.Length;

    /// <summary>Makes room for sums of so many floats.</summary>
    /// <param name="length">Floats of the sum.</param>
    /// <param name="ownNodes">The most nodes that this process has of any batch.</param>
    /// <param name="nodes">The most that all processes have.</param>
    /// <param name="size">How many processes there are.</param>
    public void ReserveSum(int length, int ownNodes, int nodes, int size)
    {
        bool isLong = IsLong(length, size);
        Reserve(ref _sent, isLong ? checked(ownNodes * length) : 0);
        Reserve(ref _received, checked(nodes * (isLong ? LargestSlice(length, size) : length)));
    }

    /// <summary>Makes room for the gradient of a layer of which processes compute slices.</summary>
    public void ReserveSlices(BatchOperator layer) =>
        Reserve(ref _received, Enumerable.Range(0, layer.GradientSlices).Sum(layer.GradientLength));

    /// <summary>Fills up something that is kept for the whole batch, of which each process has computed its samples.</summary>
    /// <param name="communicator">The processes.</param>
    /// <param name="batch">Sample after sample.</param>
    /// <param name="layout">How a sample lies in it.</param>
    /// <param name="samples">Samples of the batch.</param>
    /// <param name="cancellation">Gives up waiting for others.</param>
    public void GatherSamples(ICommunicator communicator, Memory<float> batch, SampleLayout layout, int samples, CancellationToken cancellation)
    {
        Span<int> lengths = Lengths(ref _receivedLengths, communicator.Size);
        for (int process = 0; process < lengths.Length; process++)
        {
            lengths[process] = BatchPart.Of(samples, process, communicator.Size).Count * layout.Stride;
        }

        communicator.AllGather(batch.Span[..(samples * layout.Stride)], lengths, cancellation);
    }

    /// <summary>
    /// Completes a part of a sum over the batch. Where it is short, each process hands all others its nodes, and adds those of all. Where it is
    /// long, processes share the additions: each is handed the nodes of all others in its slice of the sum only, adds them, and hands the slice round.
    /// </summary>
    /// <param name="communicator">The processes.</param>
    /// <param name="reduction">The sum.</param>
    /// <param name="nodes">What each process has of it.</param>
    /// <param name="part">Where the part begins, and behind its end.</param>
    /// <param name="cancellation">Gives up waiting for others.</param>
    public void Sum(ICommunicator communicator, BatchReduction reduction, SharedNodes nodes, (int First, int End) part, CancellationToken cancellation)
    {
        if (IsLong(part.End - part.First, communicator.Size))
        {
            SumSlices(communicator, reduction, nodes, part, cancellation);
        }
        else
        {
            SumWhole(communicator, reduction, nodes, part, cancellation);
        }
    }

    /// <summary>Completes the gradient of a layer of which each process has computed its slices.</summary>
    public void GatherSlices(ICommunicator communicator, BatchOperator layer, CancellationToken cancellation)
    {
        Span<int> lengths = Lengths(ref _receivedLengths, communicator.Size);
        int total = 0;
        for (int process = 0; process < lengths.Length; process++)
        {
            (int first, int end) = SlicesOf(layer, process, communicator.Size);
            lengths[process] = 0;
            for (int slice = first; slice < end; slice++)
            {
                lengths[process] += layer.GradientLength(slice);
            }

            total += lengths[process];
        }

        (int First, int End) own = SlicesOf(layer, communicator.Rank, communicator.Size);
        CopySlices(layer, own, isOwn: true);
        communicator.AllGather(_received.Span[..total], lengths, cancellation);
        CopySlices(layer, own, isOwn: false);
    }

    /// <summary>The slices of a layer's gradient that a process computes.</summary>
    public static (int First, int End) SlicesOf(BatchOperator layer, int process, int size) =>
        ((int)((long)layer.GradientSlices * process / size), (int)((long)layer.GradientSlices * (process + 1) / size));

    /// <summary>
    /// Whether processes share the additions of a sum of so many floats. Of the others' nodes, each takes all the length of the sum, or one slice of it and then
    /// one of the sum from each: less where there are more than two, in two rounds of messages instead of one.
    /// </summary>
    private static bool IsLong(int length, int size) => (long)length * (size - 2) > FloatsOfLatency;

    /// <summary>The slice of a sum that a process adds up, in whole cache lines.</summary>
    private static (int First, int End) SliceOf(int length, int process, int size)
    {
        long lines = AlignedBuffer.WholeLines(length) / AlignedBuffer.CacheLine;
        return ((int)Math.Min(length, lines * process / size * AlignedBuffer.CacheLine), (int)Math.Min(length, lines * (process + 1) / size * AlignedBuffer.CacheLine));
    }

    private static int LargestSlice(int length, int size) => Enumerable.Range(0, size).Max(process => SliceOf(length, process, size) is var (first, end) ? end - first : 0);

    private static void Reserve(ref AlignedBuffer buffer, int floats)
    {
        if (buffer.Length < floats)
        {
            buffer = new AlignedBuffer(floats);
        }
    }

    private static Span<int> Lengths(ref int[] lengths, int size)
    {
        if (lengths.Length != size)
        {
            lengths = new int[size];
        }

        return lengths;
    }

    private void SumWhole(ICommunicator communicator, BatchReduction reduction, SharedNodes nodes, (int First, int End) part, CancellationToken cancellation)
    {
        int length = part.End - part.First;
        Span<float> all = _received.Span[..(nodes.Count * length)];
        int place = nodes.FirstPlaces[communicator.Rank];
        foreach ((int level, int index) in nodes.Of(communicator.Rank))
        {
            reduction.CopyNode(level, index, part.First, all.Slice(place++ * length, length));
        }

        Span<int> lengths = Lengths(ref _receivedLengths, communicator.Size);
        for (int process = 0; process < lengths.Length; process++)
        {
            lengths[process] = nodes.Of(process).Length * length;
        }

        communicator.AllGather(all, lengths, cancellation);
        reduction.AddUp(nodes, all, part.First, length);
    }

    private void SumSlices(ICommunicator communicator, BatchReduction reduction, SharedNodes nodes, (int First, int End) part, CancellationToken cancellation)
    {
        int length = part.End - part.First;
        (int ownFirst, int ownEnd) = SliceOf(length, communicator.Rank, communicator.Size);
        int slice = ownEnd - ownFirst;
        Span<int> sentLengths = Lengths(ref _sentLengths, communicator.Size);
        Span<int> receivedLengths = Lengths(ref _receivedLengths, communicator.Size);
        int sent = 0;
        for (int process = 0; process < communicator.Size; process++)
        {
            (int first, int end) = SliceOf(length, process, communicator.Size);
            foreach ((int level, int index) in nodes.Of(communicator.Rank))
            {
                reduction.CopyNode(level, index, part.First + first, _sent.Span.Slice(sent, end - first));
                sent += end - first;
            }

            sentLengths[process] = nodes.Of(communicator.Rank).Length * (end - first);
            receivedLengths[process] = nodes.Of(process).Length * slice;
        }

        Span<float> received = _received.Span[..(nodes.Count * slice)];
        communicator.AllToAll(_sent.Span[..sent], sentLengths, received, receivedLengths, cancellation);
        reduction.AddUp(nodes, received, part.First + ownFirst, slice);
        for (int process = 0; process < communicator.Size; process++)
        {
            (int first, int end) = SliceOf(length, process, communicator.Size);
            receivedLengths[process] = end - first;
        }

        communicator.AllGather(reduction.Total.Span[part.First..part.End], receivedLengths, cancellation);
    }

    /// <summary>Copies the slices of this process to where they are handed round from, or those of the others from there.</summary>
    private void CopySlices(BatchOperator layer, (int First, int End) own, bool isOwn)
    {
        int place = 0;
        for (int slice = 0; slice < layer.GradientSlices; slice++)
        {
            int length = layer.GradientLength(slice);
            if ((slice >= own.First && slice < own.End) == isOwn)
            {
                if (isOwn)
                {
                    layer.CopyGradient(slice, _received.Span.Slice(place, length));
                }
                else
                {
                    layer.SetGradient(slice, _received.Span.Slice(place, length));
                }
            }

            place += length;
        }
    }
}

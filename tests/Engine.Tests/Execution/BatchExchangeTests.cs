using CifarFast.Engine.Distributed;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Kernels.Elementwise;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Distributed;
using CifarFast.Engine.Tests.Kernels;

namespace CifarFast.Engine.Tests.Execution;

/// <summary>Sums that processes complete together: their bits, and what travels for them.</summary>
public class BatchExchangeTests
{
    private const int Samples = 100;

    /// <summary>Floats of the first of two parts, which is always short.</summary>
    private const int First = 5;

    /// <summary>Lengths that are no whole cache lines; the short ones have fewer lines than there are processes.</summary>
    [Theory]
    [InlineData(3, 33)]
    [InlineData(2, 100_003)]
    [InlineData(3, 100_003)]
    [InlineData(4, First + 8_192)]
    [InlineData(4, First + 8_193)]
    [InlineData(16, 20_001)]
    [InlineData(64, 301)]
    public void Any_number_of_processes_comes_to_the_bits_of_one(int processes, int length)
    {
        float[] expected = Sum(SingleProcess.Instance, length, inBackground: false);
        Assert.All(LocalProcesses.Run(processes, collective => Sum(collective, length, inBackground: false)), total => Assert.Equal(expected, total));
        Assert.All(LocalProcesses.Run(processes, collective => Sum(collective, length, inBackground: true)), total => Assert.Equal(expected, total));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(16)]
    public void A_process_takes_a_long_sum_no_more_than_twice_however_many_there_are(int processes)
    {
        const int length = 100_000;
        long[] taken = LocalProcesses.Run(processes, collective =>
        {
            var counting = new CountingCommunicator(collective);
            BatchReduction reduction = Begin(collective, length, out BatchMessages messages, out SharedNodes nodes, new float[length], length);
            messages.Sum(counting, reduction, nodes, (0, length), TestContext.Current.CancellationToken);
            return counting.Taken;
        });

        Assert.All(taken, floats => Assert.InRange(floats, length * (processes - 1) / processes, 2 * length));
    }

    private static float[] Sum(ICollective collective, int length, bool inBackground)
    {
        float[] total = new float[length];
        BatchReduction reduction = Begin(collective, length, out BatchMessages messages, out SharedNodes nodes, total, First, length - First);
        if (collective.Size == 1)
        {
            return total;
        }

        if (inBackground)
        {
            collective.Begin((communicator, token) => messages.Sum(communicator, reduction, nodes, (0, First), token), TestContext.Current.CancellationToken);
            collective.Complete(collective.Begin((communicator, token) => messages.Sum(communicator, reduction, nodes, (First, length), token), TestContext.Current.CancellationToken));
        }
        else
        {
            messages.Sum(collective, reduction, nodes, (0, First), TestContext.Current.CancellationToken);
            messages.Sum(collective, reduction, nodes, (First, length), TestContext.Current.CancellationToken);
        }

        return total;
    }

    /// <summary>Sums the shards of a process, and makes room for what is to be exchanged in parts.</summary>
    private static BatchReduction Begin(ICollective collective, int length, out BatchMessages messages, out SharedNodes nodes, float[] total, params int[] parts)
    {
        var reduction = new BatchReduction(total, Samples, threads: 1, ElementwiseKernels.For(new ExecutionOptions()));
        reduction.UseMemory(new AlignedBuffer(reduction.Floats));
        reduction.Begin(Samples);
        var part = BatchPart.Of(Samples, collective.Rank, collective.Size);
        for (int shard = part.FirstShard; shard < part.EndShard; shard++)
        {
            ReductionBuffer sum = reduction.Rent();
            new RandomValues((ulong)shard + 1).Next(length).CopyTo(sum.Sum);
            reduction.Complete(shard, sum);
        }

        (int Level, int Index)[][] all = [.. Enumerable.Range(0, collective.Size).Select(process => BatchReduction.NodesOf(BatchPart.Of(Samples, process, collective.Size)).ToArray())];
        nodes = new SharedNodes(all, BatchReduction.ShardsOf(Samples));
        messages = new BatchMessages();
        foreach (int floats in parts)
        {
            messages.ReserveSum(floats, all[collective.Rank].Length, nodes.Count, collective.Size);
        }

        return reduction;
    }

    /// <summary>Counts the floats that come from others.</summary>
    private sealed class CountingCommunicator(ICommunicator inner) : ICommunicator
    {
        public long Taken { get; private set; }

        public int Rank => inner.Rank;

        public int Size => inner.Size;

        public void AllGather(Span<float> data, ReadOnlySpan<int> lengths, CancellationToken cancellation)
        {
            Taken += data.Length - lengths[Rank];
            inner.AllGather(data, lengths, cancellation);
        }

        public void AllToAll(
            ReadOnlySpan<float> sent, ReadOnlySpan<int> sentLengths, Span<float> received, ReadOnlySpan<int> receivedLengths, CancellationToken cancellation)
        {
            Taken += received.Length - receivedLengths[Rank];
            inner.AllToAll(sent, sentLengths, received, receivedLengths, cancellation);
        }
    }
}

using CifarFast.Engine.Distributed;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Kernels.Elementwise;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Kernels;

namespace CifarFast.Engine.Tests.Execution;

/// <summary>Sums over a batch: one tree, whoever computes which of its nodes.</summary>
public class BatchReductionTests
{
    private const int Length = 37;

    public static TheoryData<int> Batches => [1, 2, 3, 5, 7, 15, 16, 17, 63, 64, 65, 512, 1000, 1024, 2047, 2048, 5000];

    [Theory]
    [InlineData(1, 1)]
    [InlineData(15, 15)]
    [InlineData(16, 16)]
    [InlineData(64, 16)]
    [InlineData(512, 16)]
    [InlineData(1000, 31)]
    [InlineData(1024, 32)]
    [InlineData(5000, 64)]
    public void Shards_depend_on_the_batch_alone(int samples, int shards) => Assert.Equal(shards, BatchReduction.ShardsOf(samples));

    [Theory]
    [MemberData(nameof(Batches))]
    public void Shards_are_all_samples_in_order_and_none_is_empty(int samples)
    {
        int shards = BatchReduction.ShardsOf(samples);
        int[] first = [.. Enumerable.Range(0, shards + 1).Select(shard => BatchReduction.FirstSample(shard, shards, samples))];

        Assert.Equal((0, samples), (first[0], first[^1]));
        Assert.All(first.Zip(first.Skip(1)), pair => Assert.True(pair.First < pair.Second));
    }

    [Theory]
    [MemberData(nameof(Batches))]
    public void A_sum_is_that_of_the_aligned_tree_for_any_number_of_threads(int samples)
    {
        float[] expected = Tree(samples);
        foreach (int threads in (int[])[1, 2, 3, 5, 16])
        {
            float[] total = new float[Length];
            BatchReduction reduction = Make(total, samples, threads);
            var loop = new ParallelLoop(threads);
            for (int round = 0; round < 3; round++)
            {
                Array.Fill(total, float.NaN);
                reduction.Begin(samples);
                loop.Run(reduction.Shards, shard => Sum(reduction, shard), TestContext.Current.CancellationToken);
                Assert.Equal(expected, total);
            }
        }
    }

    /// <summary>Every process sums its own shards, and hands the nodes it has over; some have no shards.</summary>
    [Theory]
    [MemberData(nameof(Batches))]
    public void Any_division_into_ranges_gives_the_same(int samples)
    {
        float[] expected = Tree(samples);
        int shards = BatchReduction.ShardsOf(samples);
        var random = new Random(samples);
        for (int trial = 0; trial < 20; trial++)
        {
            int processes = trial < 5 ? (int[])[2, 3, 4, 8, 16] is var counts ? counts[trial] : 0 : random.Next(2, 17);
            int[] cuts = trial < 5
                ? [.. Enumerable.Range(0, processes + 1).Select(process => shards * process / processes)]
                : [0, .. Enumerable.Range(1, processes - 1).Select(_ => random.Next(shards + 1)).Order(), shards];
            (int Level, int Index)[][] nodes = [.. Enumerable.Range(0, processes)
                .Select(process => BatchReduction.NodesOf(new BatchPart(samples, cuts[process], cuts[process + 1])).ToArray())];
            var shared = new SharedNodes(nodes, shards);
            float[] sums = new float[shared.Count * Length];
            BatchReduction? any = null;
            float[] total = new float[Length];
            for (int process = 0; process < processes; process++)
            {
                BatchReduction own = any = Make(total, samples, threads: 2);
                own.Begin(samples);
                new ParallelLoop(2).Run(cuts[process + 1] - cuts[process], index => Sum(own, cuts[process] + index), TestContext.Current.CancellationToken);
                Assert.True(nodes[process].Length <= 2 * 6, $"{nodes[process].Length} nodes for {cuts[process]}..{cuts[process + 1]} of {shards}");
                int place = shared.FirstPlaces[process];
                foreach ((int level, int index) in nodes[process])
                {
                    // In two parts.
                    own.CopyNode(level, index, 0, sums.AsSpan(place * Length, 3));
                    own.CopyNode(level, index, 3, sums.AsSpan((place++ * Length) + 3, Length - 3));
                }
            }

            any!.AddUp(shared, sums, 0, Length);
            Assert.Equal(expected, total);
        }
    }

    [Fact]
    public void A_smaller_batch_after_a_larger_one_is_summed_alone()
    {
        float[] total = new float[Length];
        BatchReduction reduction = Make(total, 1024, threads: 2);
        foreach (int samples in (int[])[1024, 7, 1, 512, 1024])
        {
            reduction.Begin(samples);
            new ParallelLoop(2).Run(reduction.Shards, shard => Sum(reduction, shard), TestContext.Current.CancellationToken);
            Assert.Equal(Tree(samples), total);
        }
    }

    private static BatchReduction Make(float[] total, int samples, int threads)
    {
        var reduction = new BatchReduction(total, samples, threads, ElementwiseKernels.For(new ExecutionOptions()));
        reduction.UseMemory(new AlignedBuffer(reduction.Floats));
        return reduction;
    }

    private static void Sum(BatchReduction reduction, int shard)
    {
        ReductionBuffer buffer = reduction.Rent();
        Shard(shard).CopyTo(buffer.Sum);
        reduction.Complete(shard, buffer);
    }

    private static float[] Shard(int shard) => new RandomValues((ulong)shard + 1).Next(Length);

    /// <summary>The definition: neighbours are added level by level, one without a neighbour is passed up.</summary>
    private static float[] Tree(int samples)
    {
        float[][] level = [.. Enumerable.Range(0, BatchReduction.ShardsOf(samples)).Select(Shard)];
        while (level.Length > 1)
        {
            level = [.. level.Chunk(2).Select(pair => pair.Length == 1 ? pair[0] : [.. pair[0].Zip(pair[1], (left, right) => left + right)])];
        }

        return level[0];
    }
}

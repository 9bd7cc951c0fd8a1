using CifarFast.Engine.Distributed;
using CifarFast.Engine.Kernels.Elementwise;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Execution;

/// <summary>
/// Sums over the samples of a batch that have the same bits whoever computes which part. The batch is cut into shards by its size alone;
/// a shard is summed in the order of its samples; and shards are added up along a binary tree whose nodes are aligned: node i of a level is the sum
/// of nodes 2i and 2i + 1 of the level below, or node 2i itself where it has no neighbour. A thread that finishes a node's second child adds
/// the two. A process that has some of the shards hands over the nodes it has (<see cref="NodesOf"/>), and adds up those of all
/// (<see cref="AddUp"/>).
/// </summary>
internal sealed class BatchReduction
{
    /// <summary>Enough shards for threads to share evenly, few enough that adding them up is a small part of a step.</summary>
    private const int FewShards = 16;

    /// <summary>More shards than that would only be added up.</summary>
    private const int ManyShards = 64;

    /// <summary>Samples of a shard that are worth a sum of their own, where there are enough of them.</summary>
    private const int SamplesOfShard = 32;

    private const int None = -1;

    private readonly Memory<float> _total;
    private readonly ElementwiseKernels _elementwise;
    private readonly int _most;
    private readonly Stack<int> _free;
    private readonly int[][] _nodes;
    private readonly Lock _gate = new();
    private AlignedBuffer _buffers = new(0);
    private int _samples;
    private int _shards;

    /// <summary>Prepares for sums, which want room (<see cref="UseMemory"/>).</summary>
    /// <param name="total">Where the sum over the whole batch goes.</param>
    /// <param name="batchSize">The largest batch.</param>
    /// <param name="threads">How many threads sum shards at a time, each the next shard in order.</param>
    /// <param name="elementwise">Adds sums up.</param>
    public BatchReduction(Memory<float> total, int batchSize, int threads, ElementwiseKernels elementwise)
    {
        _total = total;
        _elementwise = elementwise;
        int shards = ShardsOf(batchSize);
        int levels = 1;
        while (SharedNodes.CountOf(shards, levels - 1) > 1)
        {
            levels++;
        }

        // Shards are taken in order, so what waits for its neighbour is, on each level, beside a shard that is being summed, the next one, or
        // one before the first.
        int most = Math.Min(shards, threads + ((threads + 2) * (levels - 1)));
        _most = most;
        _free = new Stack<int>(most);
        _nodes = [.. Enumerable.Range(0, levels).Select(level => Enumerable.Repeat(None, SharedNodes.CountOf(shards, level)).ToArray())];
    }

    /// <summary>How many shards the batch has.</summary>
    public int Shards => _shards;

    /// <summary>Floats of a sum.</summary>
    public int Length => _total.Length;

    /// <summary>Where the sum over the whole batch goes.</summary>
    public Memory<float> Total => _total;

    private int Stride => AlignedBuffer.WholeLines(_total.Length);

    /// <summary>Floats of memory that it wants.</summary>
    public int Floats => checked(_most * Stride);

    /// <summary>A batch for each number of shards that there can be.</summary>
    public static IEnumerable<int> AllShards => Enumerable.Range(1, ManyShards).Select(shards => shards <= FewShards ? shards : shards * SamplesOfShard);

    /// <summary>How many shards a batch is cut into.</summary>
    public static int ShardsOf(int samples) => Math.Min(samples, Math.Clamp(samples / SamplesOfShard, FewShards, ManyShards));

    /// <summary>The most samples that a shard has of any batch up to one of <paramref name="batchSize"/> samples.</summary>
    public static int LargestShard(int batchSize) =>
        Enumerable.Range(1, batchSize).Max(samples => (samples + ShardsOf(samples) - 1) / ShardsOf(samples));

    /// <summary>The first sample of a shard; that of the shard behind the last one is the number of samples.</summary>
    public static int FirstSample(int shard, int shards, int samples) => (int)((long)samples * shard / shards);

    /// <summary>The largest nodes whose shards are all in a part of a batch: what its sums come to without those of others.</summary>
    public static IEnumerable<(int Level, int Index)> NodesOf(BatchPart part)
    {
        (int first, int end) = (part.FirstShard, part.EndShard);
        int shards = ShardsOf(part.Samples);
        for (int level = 0; first < end; level++, first = (first + 1) / 2)
        {
            int count = SharedNodes.CountOf(shards, level);
            if (count == 1)
            {
                yield return (level, 0);
                yield break;
            }

            if (first % 2 == 1)
            {
                yield return (level, first);
            }

            // The last one without a neighbour is passed up.
            bool isPassedUp = end == count;
            if (end % 2 == 1 && !isPassedUp && end - 1 >= first)
            {
                yield return (level, end - 1);
            }

            end = isPassedUp ? (end + 1) / 2 : end / 2;
        }
    }

    /// <summary>Where it makes sums: at least <see cref="Floats"/>, which nobody else may use from <see cref="Begin"/> until the whole sum is complete.</summary>
    public void UseMemory(AlignedBuffer memory) => _buffers = memory;

    /// <summary>Begins with a batch; what was not added up of the one before is forgotten.</summary>
    public void Begin(int samples)
    {
        _samples = samples;
        _shards = ShardsOf(samples);
        foreach (int[] level in _nodes)
        {
            Array.Fill(level, None);
        }

        _free.Clear();
        for (int buffer = _most - 1; buffer >= 0; buffer--)
        {
            _free.Push(buffer);
        }
    }

    /// <summary>The samples of a shard, from the first to the one behind the last.</summary>
    public (int First, int End) SamplesOf(int shard) => (FirstSample(shard, _shards, _samples), FirstSample(shard + 1, _shards, _samples));

    /// <summary>Memory for the sum of a shard, with anything in it.</summary>
    public ReductionBuffer Rent()
    {
        int number;
        lock (_gate)
        {
            number = _free.Pop();
        }

        return new ReductionBuffer(number, Buffer(number).Span);
    }

    /// <summary>Takes the sum of a shard and adds up what it completes.</summary>
    public void Complete(int shard, ReductionBuffer sum) => Complete(0, shard, sum.Number);

    /// <summary>Copies a part of a node that this process has and whose neighbour it has not, or of the whole sum.</summary>
    /// <param name="level">The level of the node.</param>
    /// <param name="index">Its index.</param>
    /// <param name="first">Where the part begins.</param>
    /// <param name="to">Where it goes: as many floats as it has.</param>
    public void CopyNode(int level, int index, int first, Span<float> to) =>
        (SharedNodes.CountOf(_shards, level) == 1 ? _total : Buffer(_nodes[level][index])).Span.Slice(first, to.Length).CopyTo(to);

    /// <summary>Adds up a part of the nodes of all processes.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="parts">The part of each node, in its place; the sums are computed here.</param>
    /// <param name="first">Where in the whole sum the part begins.</param>
    /// <param name="length">How many floats it has.</param>
    public void AddUp(SharedNodes nodes, Span<float> parts, int first, int length)
    {
        foreach ((int left, int right) in nodes.Additions)
        {
            Span<float> sum = parts.Slice(left * length, length);
            _elementwise.Binary(new Add(), sum, parts.Slice(right * length, length), sum);
        }

        parts.Slice(nodes.Total * length, length).CopyTo(_total.Span[first..]);
    }

    private Memory<float> Buffer(int number) => _buffers.Memory.Slice(number * Stride, _total.Length);

    private void Complete(int level, int index, int buffer)
    {
        for (int count = SharedNodes.CountOf(_shards, level); count > 1; count = SharedNodes.CountOf(_shards, ++level))
        {
            int neighbour = index ^ 1;
            if (neighbour < count)
            {
                int other;
                lock (_gate)
                {
                    other = _nodes[level][neighbour];
                    _nodes[level][neighbour] = None;
                    if (other == None)
                    {
                        _nodes[level][index] = buffer;
                        return;
                    }
                }

                (int left, int right) = index < neighbour ? (buffer, other) : (other, buffer);
                Span<float> sum = count == 2 ? _total.Span : Buffer(left).Span;
                _elementwise.Binary(new Add(), Buffer(left).Span, Buffer(right).Span, sum);
                Return(right);
                buffer = left;
                if (count == 2)
                {
                    Return(left);
                    return;
                }
            }

            index >>= 1;
        }

        // A batch of one shard.
        Buffer(buffer).Span.CopyTo(_total.Span);
        Return(buffer);
    }

    private void Return(int buffer)
    {
        lock (_gate)
        {
            _free.Push(buffer);
        }
    }
}

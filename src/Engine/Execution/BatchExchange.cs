using CifarFast.Engine.Distributed;
using CifarFast.Engine.Operators;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Execution;

/// <summary>
/// Shares a batch among processes, each of which has some of its shards, and has them hand each other what the next stage needs: samples of a value,
/// and sums over shards. Where there is one process, it has all shards and there is nothing to do.
/// </summary>
internal sealed class BatchExchange
{
    private AlignedBuffer _sums = new(0);
    private int[] _lengths = [1];
    private int[] _shardsOfProcess = [0];
    private (int Level, int Index)[][] _nodes = [];
    private int _samples;

    /// <summary>The processes.</summary>
    public ICollective Collective
    {
        get;
        set
        {
            field = value;
            _lengths = new int[value.Size];
            _shardsOfProcess = new int[value.Size];
            _samples = 0;
        }
    } = SingleProcess.Instance;

    /// <summary>Whether there are several.</summary>
    public bool IsShared => Collective.Size > 1;

    /// <summary>Floats that it takes.</summary>
    public long Floats => _sums.Length;

    /// <summary>What this process has of a batch.</summary>
    public BatchPart PartOf(int samples) => PartOf(samples, Collective.Rank);

    /// <summary>A batch as operators see it.</summary>
    /// <param name="firstSamples">The first sample of each shard, and the one behind the last.</param>
    /// <param name="cancellation">Gives up waiting for others.</param>
    public ShardedBatch Sharded(ReadOnlySpan<int> firstSamples, CancellationToken cancellation)
    {
        int samples = firstSamples[^1];
        for (int process = 0; process < _shardsOfProcess.Length; process++)
        {
            BatchPart part = PartOf(samples, process);
            _shardsOfProcess[process] = part.EndShard - part.FirstShard;
        }

        return new ShardedBatch
        {
            FirstSamples = firstSamples,
            ShardsOfProcess = _shardsOfProcess,
            FirstShard = PartOf(samples).FirstShard,
            Collective = Collective,
            Cancellation = cancellation,
        };
    }

    /// <summary>Fills up something that is kept for the whole batch, of which each process has computed its samples.</summary>
    /// <param name="batch">Sample after sample.</param>
    /// <param name="layout">How a sample lies in it.</param>
    /// <param name="samples">Samples of the batch.</param>
    /// <param name="cancellation">Gives up waiting for others.</param>
    public void GatherSamples(Memory<float> batch, SampleLayout layout, int samples, CancellationToken cancellation)
    {
        if (!IsShared)
        {
            return;
        }

        for (int process = 0; process < _lengths.Length; process++)
        {
            _lengths[process] = PartOf(samples, process).Count * layout.Stride;
        }

        Collective.AllGather(batch.Span[..(samples * layout.Stride)], _lengths, cancellation);
    }

    /// <summary>Completes a sum over the batch: each process hands over the largest nodes it has, and adds those of the others to its own.</summary>
    public void Complete(BatchReduction reduction, int samples, CancellationToken cancellation)
    {
        if (!IsShared || reduction.Length == 0)
        {
            return;
        }

        PlanNodes(samples);
        int length = reduction.Length;
        int total = 0;
        for (int process = 0; process < _nodes.Length; process++)
        {
            _lengths[process] = _nodes[process].Length * length;
            total += _nodes[process].Length;
        }

        Reserve(checked(total * length));

        int own = _nodes.Take(Collective.Rank).Sum(nodes => nodes.Length);
        foreach ((int level, int index) in _nodes[Collective.Rank])
        {
            reduction.CopyNode(level, index, _sums.Span.Slice(own++ * length, length));
        }

        Collective.AllGather(_sums.Span[..(total * length)], _lengths, cancellation);
        int place = 0;
        for (int process = 0; process < _nodes.Length; process++)
        {
            foreach ((int level, int index) in _nodes[process])
            {
                if (process != Collective.Rank)
                {
                    reduction.Add(level, index, _sums.Span.Slice(place * length, length));
                }

                place++;
            }
        }
    }

    /// <summary>The slices of a layer's gradient that this process computes.</summary>
    public (int First, int End) SlicesOf(BatchOperator layer) => SlicesOf(layer, Collective.Rank);

    /// <summary>Completes the gradient of a layer of which each process has computed its slices.</summary>
    public void GatherSlices(BatchOperator layer, CancellationToken cancellation)
    {
        if (!IsShared || !layer.SharesGradient)
        {
            return;
        }

        int total = 0;
        for (int process = 0; process < _lengths.Length; process++)
        {
            (int first, int end) = SlicesOf(layer, process);
            _lengths[process] = 0;
            for (int slice = first; slice < end; slice++)
            {
                _lengths[process] += layer.GradientLength(slice);
            }

            total += _lengths[process];
        }

        Reserve(total);
        CopySlices(layer, isOwn: true);
        Collective.AllGather(_sums.Span[..total], _lengths, cancellation);
        CopySlices(layer, isOwn: false);
    }

    /// <summary>Copies the slices of this process to where they are handed round from, or those of the others from there.</summary>
    private void CopySlices(BatchOperator layer, bool isOwn)
    {
        int place = 0;
        (int first, int end) = SlicesOf(layer);
        for (int slice = 0; slice < layer.GradientSlices; slice++)
        {
            int length = layer.GradientLength(slice);
            if ((slice >= first && slice < end) == isOwn)
            {
                if (isOwn)
                {
                    layer.CopyGradient(slice, _sums.Span.Slice(place, length));
                }
                else
                {
                    layer.SetGradient(slice, _sums.Span.Slice(place, length));
                }
            }

            place += length;
        }
    }

    private (int First, int End) SlicesOf(BatchOperator layer, int process) => IsShared && layer.SharesGradient
        ? ((int)((long)layer.GradientSlices * process / Collective.Size), (int)((long)layer.GradientSlices * (process + 1) / Collective.Size))
        : (0, layer.GradientSlices);

    private void Reserve(int floats)
    {
        if (_sums.Length < floats)
        {
            _sums = new AlignedBuffer(floats);
        }
    }

    private void PlanNodes(int samples)
    {
        if (_samples != samples)
        {
            _nodes = [.. Enumerable.Range(0, Collective.Size).Select(process => BatchReduction.NodesOf(PartOf(samples, process)).ToArray())];
            _samples = samples;
        }
    }

    private BatchPart PartOf(int samples, int process)
    {
        int shards = BatchReduction.ShardsOf(samples);
        return new BatchPart(samples, shards * process / Collective.Size, shards * (process + 1) / Collective.Size);
    }
}

using CifarFast.Engine.Distributed;
using CifarFast.Engine.Operators;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Execution;

/// <summary>
/// Shares a batch among processes, each of which has some of its shards, and has them hand each other samples of values and sums over shards: at once
/// what the next stage needs, in the background what is needed later. Where there is one process, it has all shards and there is nothing to do.
/// </summary>
internal sealed class BatchExchange
{
    private readonly BatchMessages _atOnce = new();
    private SharedNodes? _nodes;
    private int _samples;
    private long _begun;
    private int _mostOwnNodes;
    private int _mostNodes;

    /// <summary>The processes.</summary>
    public ICollective Collective { get; private set; } = SingleProcess.Instance;

    /// <summary>What is exchanged in the background.</summary>
    public BatchMessages Background { get; } = new();

    /// <summary>Whether there are several.</summary>
    public bool IsShared => Collective.Size > 1;

    /// <summary>Floats that it takes.</summary>
    public long Floats => _atOnce.Floats + Background.Floats;

    /// <summary>Shares batches with others from here on.</summary>
    public void Connect(ICollective collective)
    {
        Collective = collective;
        (_nodes, _samples) = (null, 0);
        if (IsShared)
        {
            SharedNodes[] all = [.. BatchReduction.AllShards.Select(MakeNodes)];
            _mostOwnNodes = all.Max(nodes => nodes.Of(collective.Rank).Length);
            _mostNodes = all.Max(nodes => nodes.Count);
        }
    }

    /// <summary>What this process has of a batch.</summary>
    public BatchPart PartOf(int samples) => BatchPart.Of(samples, Collective.Rank, Collective.Size);

    /// <summary>A batch as operators see it.</summary>
    /// <param name="firstSamples">The first sample of each shard, and the one behind the last.</param>
    /// <param name="cancellation">Gives up waiting for others.</param>
    public ShardedBatch Sharded(ReadOnlySpan<int> firstSamples, CancellationToken cancellation)
    {
        int samples = firstSamples[^1];
        BatchPart part = PartOf(samples);
        return new ShardedBatch
        {
            FirstSamples = firstSamples,
            FirstShard = part.FirstShard,
            EndShard = part.EndShard,
            Nodes = IsShared ? NodesOf(samples) : null,
            Collective = Collective,
            Cancellation = cancellation,
        };
    }

    /// <summary>What each process has of a sum over a batch.</summary>
    public SharedNodes NodesOf(int samples)
    {
        if (_nodes is null || _samples != samples)
        {
            (_nodes, _samples) = (MakeNodes(samples), samples);
        }

        return _nodes;
    }

    /// <summary>The slices of a layer's gradient that this process computes.</summary>
    public (int First, int End) SlicesOf(BatchOperator layer) =>
        layer.SharesGradient ? BatchMessages.SlicesOf(layer, Collective.Rank, Collective.Size) : (0, layer.GradientSlices);

    /// <summary>Makes room for a sum of so many floats, which is completed at once or in the background.</summary>
    public void ReserveSum(int atOnce, int inBackground)
    {
        if (IsShared)
        {
            _atOnce.ReserveSum(atOnce, _mostOwnNodes, _mostNodes, Collective.Size);
            Background.ReserveSum(inBackground, _mostOwnNodes, _mostNodes, Collective.Size);
        }
    }

    /// <summary>Makes room for the gradient of a layer.</summary>
    public void ReserveSlices(BatchOperator layer)
    {
        if (IsShared && layer.SharesGradient)
        {
            Background.ReserveSlices(layer);
        }
    }

    /// <summary>Fills up something that is kept for the whole batch, of which each process has computed its samples.</summary>
    /// <param name="batch">Sample after sample.</param>
    /// <param name="layout">How a sample lies in it.</param>
    /// <param name="samples">Samples of the batch.</param>
    /// <param name="cancellation">Gives up waiting for others.</param>
    public void GatherSamples(Memory<float> batch, SampleLayout layout, int samples, CancellationToken cancellation)
    {
        if (IsShared)
        {
            _atOnce.GatherSamples(Collective, batch, layout, samples, cancellation);
        }
    }

    /// <summary>Completes a part of a sum over the batch.</summary>
    /// <param name="reduction">The sum.</param>
    /// <param name="samples">Samples of the batch.</param>
    /// <param name="part">Where the part begins, and behind its end.</param>
    /// <param name="cancellation">Gives up waiting for others.</param>
    public void Sum(BatchReduction reduction, int samples, (int First, int End) part, CancellationToken cancellation)
    {
        if (IsShared && part.End > part.First)
        {
            _atOnce.Sum(Collective, reduction, NodesOf(samples), part, cancellation);
        }
    }

    /// <summary>Has something exchanged while this process computes.</summary>
    /// <param name="exchange">Does so, by <see cref="Background"/>; nothing else may touch what it reads and writes until it is complete.</param>
    /// <param name="cancellation">Gives up waiting for others.</param>
    /// <returns>The number of the exchange.</returns>
    public long Begin(Action<ICommunicator, CancellationToken> exchange, CancellationToken cancellation) =>
        _begun = IsShared ? Collective.Begin(exchange, cancellation) : 0;

    /// <summary>Waits for an exchange that was begun, and all those before it.</summary>
    public void Complete(long exchange) => Collective.Complete(exchange);

    /// <summary>Waits for all that was begun.</summary>
    public void Complete() => Complete(_begun);

    private SharedNodes MakeNodes(int samples) => new(
        Enumerable.Range(0, Collective.Size).Select(process => BatchReduction.NodesOf(BatchPart.Of(samples, process, Collective.Size)).ToArray()),
        BatchReduction.ShardsOf(samples));
}

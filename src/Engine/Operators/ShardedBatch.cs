using CifarFast.Engine.Distributed;

namespace CifarFast.Engine.Operators;

/// <summary>A batch cut into shards, of which each process has some.</summary>
internal readonly ref struct ShardedBatch
{
    /// <summary>The first sample of each shard, and the one behind the last.</summary>
    public required ReadOnlySpan<int> FirstSamples { get; init; }

    /// <summary>The first shard of this process.</summary>
    public required int FirstShard { get; init; }

    /// <summary>The shard behind the last one of this process.</summary>
    public required int EndShard { get; init; }

    /// <summary>What processes hand each other of a sum over the shards; null where there is one process.</summary>
    public required SharedNodes? Nodes { get; init; }

    /// <summary>The processes.</summary>
    public required ICollective Collective { get; init; }

    /// <summary>Gives up waiting for others.</summary>
    public required CancellationToken Cancellation { get; init; }

    /// <summary>How many shards there are.</summary>
    public int Shards => FirstSamples.Length - 1;
}

namespace CifarFast.Engine.Execution;

/// <summary>Some of the shards that a <see cref="BatchReduction"/> cuts a batch into, one behind the other: what one process has, possibly none.</summary>
/// <param name="Samples">Samples of the whole batch.</param>
/// <param name="FirstShard">The first of the shards.</param>
/// <param name="EndShard">The shard behind the last one.</param>
internal readonly record struct BatchPart(int Samples, int FirstShard, int EndShard)
{
    /// <summary>The first sample.</summary>
    public int FirstSample => BatchReduction.FirstSample(FirstShard, BatchReduction.ShardsOf(Samples), Samples);

    /// <summary>The sample behind the last one.</summary>
    public int EndSample => BatchReduction.FirstSample(EndShard, BatchReduction.ShardsOf(Samples), Samples);

    /// <summary>How many samples it has.</summary>
    public int Count => EndSample - FirstSample;

    /// <summary>What one of several processes has of a batch.</summary>
    public static BatchPart Of(int samples, int process, int processes)
    {
        int shards = BatchReduction.ShardsOf(samples);
        return new BatchPart(samples, shards * process / processes, shards * (process + 1) / processes);
    }

    /// <summary>All shards of a batch.</summary>
    public static BatchPart Whole(int samples) => new(samples, 0, BatchReduction.ShardsOf(samples));
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CifarFast.Engine.Distributed;
using CifarFast.Engine.Kernels.Normalization;

namespace CifarFast.Engine.Operators;

/// <summary>
/// What the two halves of a batch normalisation in training share: the moments of each sample, what they come to over the batch, and what the
/// backward pass makes of the sums over it.
/// </summary>
/// <param name="channels">Channels.</param>
/// <param name="pixels">Values of a channel that a sample has.</param>
/// <param name="batchSize">The largest batch.</param>
internal sealed class BatchNormStatistics(int channels, int pixels, int batchSize)
{
    private readonly double[] _means = new double[checked(channels * batchSize)];
    private readonly double[] _squares = new double[checked(channels * batchSize)];
    private ChannelMoments[] _shards = [];
    private ChannelMoments[] _shared = [];

    /// <summary>The mean of each channel over the batch.</summary>
    public float[] Mean { get; } = new float[channels];

    /// <summary>Count, mean and squared deviations of each channel over the batch.</summary>
    public ChannelMoments[] Batch { get; } = new ChannelMoments[channels];

    /// <summary>Of each channel, what the gradient is multiplied by on its way to the input.</summary>
    public float[] GradientScale { get; } = new float[channels];

    /// <summary>Of each channel, what the deviation from the mean is multiplied by on its way into the input's gradient.</summary>
    public float[] GradientSlope { get; } = new float[channels];

    /// <summary>Of each channel, what is added to the input's gradient.</summary>
    public float[] GradientShift { get; } = new float[channels];

    /// <summary>Where the mean of each channel of a sample goes.</summary>
    public Span<double> MeanOf(int sample) => _means.AsSpan(sample * channels, channels);

    /// <summary>Where the squared deviations of each channel of a sample go.</summary>
    public Span<double> SquaresOf(int sample) => _squares.AsSpan(sample * channels, channels);

    /// <summary>Merges the moments of the samples in the order of all sums over a batch: those of a shard one after another, then shards along a binary tree.</summary>
    /// <param name="batch">The shards; those of this process have been computed.</param>
    public void Merge(in ShardedBatch batch)
    {
        int shards = batch.Shards;
        if (_shards.Length < shards * channels)
        {
            _shards = new ChannelMoments[shards * channels];
        }

        for (int shard = batch.FirstShard; shard < batch.EndShard; shard++)
        {
            MergeShard(shard, batch.FirstSamples[shard], batch.FirstSamples[shard + 1]);
        }

        // Where others have some of the shards, this one comes as far as the nodes that it has all shards of.
        for (int distance = 1; distance < shards; distance *= 2)
        {
            for (int left = 0; left + distance < shards; left += 2 * distance)
            {
                if (left >= batch.FirstShard && Math.Min(left + (2 * distance), shards) <= batch.EndShard)
                {
                    MergeNodes(_shards, left, left + distance);
                }
            }
        }

        ReadOnlySpan<ChannelMoments> total = batch.Nodes is null ? _shards : MergeShared(batch, batch.Nodes);
        for (int c = 0; c < channels; c++)
        {
            Batch[c] = total[c];
            Mean[c] = (float)total[c].Mean;
        }
    }

    private void MergeShard(int shard, int first, int end)
    {
        Span<ChannelMoments> merged = _shards.AsSpan(shard * channels, channels);
        merged.Clear();
        for (int sample = first; sample < end; sample++)
        {
            ReadOnlySpan<double> mean = MeanOf(sample);
            ReadOnlySpan<double> squares = SquaresOf(sample);
            for (int c = 0; c < channels; c++)
            {
                var own = new ChannelMoments(pixels, mean[c], squares[c]);
                merged[c] = sample == first ? own : ChannelMoments.Merge(merged[c], own);
            }
        }
    }

    private void MergeNodes(Span<ChannelMoments> nodes, int left, int right)
    {
        for (int c = 0; c < channels; c++)
        {
            ref ChannelMoments node = ref nodes[(left * channels) + c];
            node = ChannelMoments.Merge(node, nodes[(right * channels) + c]);
        }
    }

    /// <summary>Takes the nodes of other processes and merges all.</summary>
    private ReadOnlySpan<ChannelMoments> MergeShared(in ShardedBatch batch, SharedNodes nodes)
    {
        if (_shared.Length < nodes.Count * channels)
        {
            _shared = new ChannelMoments[nodes.Count * channels];
        }

        int place = nodes.FirstPlaces[batch.Collective.Rank];
        foreach ((int level, int index) in nodes.Of(batch.Collective.Rank))
        {
            _shards.AsSpan((index << level) * channels, channels).CopyTo(_shared.AsSpan(place++ * channels));
        }

        Span<int> lengths = stackalloc int[batch.Collective.Size];
        for (int process = 0; process < lengths.Length; process++)
        {
            lengths[process] = nodes.Of(process).Length * channels * (Unsafe.SizeOf<ChannelMoments>() / sizeof(float));
        }

        Span<ChannelMoments> all = _shared.AsSpan(0, nodes.Count * channels);
        batch.Collective.AllGather(MemoryMarshal.Cast<ChannelMoments, float>(all), lengths, batch.Cancellation);
        foreach ((int left, int right) in nodes.Additions)
        {
            MergeNodes(all, left, right);
        }

        return all.Slice(nodes.Total * channels, channels);
    }
}

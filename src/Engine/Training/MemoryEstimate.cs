using CifarFast.Engine.Distributed;
using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Recipes;

namespace CifarFast.Engine.Training;

/// <summary>What memory a run takes, from the plan of its network, before it takes it.</summary>
public sealed class MemoryEstimate
{
    /// <summary>Enough for the sums over a batch to be planned as in a large one.</summary>
    private const int PlannedBatch = 16;

    private readonly double _fixedBytes;
    private readonly double _bytesPerImage;

    /// <summary>Plans a run.</summary>
    /// <param name="architecture">Its network.</param>
    /// <param name="execution">How it computes.</param>
    /// <param name="recipe">What it does.</param>
    public MemoryEstimate(Architecture architecture, ExecutionOptions execution, Recipe recipe)
        : this(architecture, execution, recipe, SingleProcess.Instance)
    {
    }

    /// <summary>Plans a run that processes share, for this one of them.</summary>
    /// <param name="architecture">Its network.</param>
    /// <param name="execution">How it computes.</param>
    /// <param name="recipe">What it does.</param>
    /// <param name="collective">The processes, which need not do the same.</param>
    internal MemoryEstimate(Architecture architecture, ExecutionOptions execution, Recipe recipe, ICollective collective)
    {
        // All that grows with the batch grows in proportion to it. What is exchanged only shrinks, where large batches are shared otherwise.
        Network smaller = Plan(PlannedBatch);
        Network larger = Plan(2 * PlannedBatch);
        _bytesPerImage = (double)((larger.MemoryBytes - larger.ExchangeBytes) - (smaller.MemoryBytes - smaller.ExchangeBytes)) / PlannedBatch;
        long parameters = sizeof(float) * (long)(smaller.Values.Length + smaller.Buffers.Length);
        int kept = recipe.Optimizer.MostBuffers + (recipe.Average is null ? 0 : 1);

        // A checkpoint is taken down as it lies in memory, and put into the order of the file.
        const int copies = 2;
        _fixedBytes = smaller.MemoryBytes - (PlannedBatch * _bytesPerImage) + smaller.WithoutGradients(Evaluator.BatchSize).MemoryBytes
            + (parameters * (kept + (copies * (1 + kept))));

        // Not disposed of: their buffers should not wait in a pool for another network of this batch.
        Network Plan(int batchSize) => new(architecture, execution, batchSize, seed: null, RequiredGradients.Parameters) { Collective = collective };
    }

    /// <summary>Bytes that training in batches of <paramref name="batchSize"/> images takes at its peak, images and program not counted.</summary>
    public long Bytes(int batchSize) => (long)(_fixedBytes + (batchSize * _bytesPerImage));

    /// <summary>The largest batch that <paramref name="bytes"/> are enough for; 0 where they are for none.</summary>
    public int LargestBatch(long bytes) => (int)Math.Clamp((bytes - _fixedBytes) / _bytesPerImage, 0, int.MaxValue);
}

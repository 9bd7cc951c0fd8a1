using CifarFast.Engine.Data;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Tests.Distributed;
using CifarFast.Engine.Training;
using Architecture = CifarFast.Engine.Nn.Architecture;

namespace CifarFast.Engine.Tests.Training;

/// <summary>What a run is said to take, against what its buffers are.</summary>
public class MemoryEstimateTests
{
    private static readonly ExecutionOptions _execution = new() { Threads = 2 };

    [Theory]
    [InlineData(16)]
    [InlineData(64)]
    [InlineData(200)]
    [InlineData(700)]
    public void The_network_is_counted_to_the_buffer_for_every_batch(int batchSize)
    {
        var estimate = new MemoryEstimate(NetworkCatalog.Reference(), _execution, new Recipe());
        using var network = new Network(NetworkCatalog.Reference(), _execution, batchSize, seed: 1);
        long rest = estimate.Bytes(0) - Planned(0);
        Assert.InRange(estimate.Bytes(batchSize) - rest, 0.97 * network.MemoryBytes, 1.03 * network.MemoryBytes);

        // Without what an evaluation and a checkpoint take, which do not grow with the batch.
        long Planned(int images)
        {
            using var smaller = new Network(NetworkCatalog.Reference(), _execution, 16, seed: 1);
            using var larger = new Network(NetworkCatalog.Reference(), _execution, 32, seed: 1);
            return smaller.MemoryBytes - ((larger.MemoryBytes - smaller.MemoryBytes) * (16 - images) / 16);
        }
    }

    /// <summary>Nothing that processes exchange is made room for later.</summary>
    [Theory]
    [InlineData("reference", 64, 2)]
    [InlineData("reference", 64, 3)]
    [InlineData("reference", 700, 3)]
    [InlineData("airbench94", 24, 5)]
    public void What_processes_exchange_is_counted(string name, int batchSize, int processes)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        Recipe recipe = RecipeCatalog.Find(name)! with { BatchSize = batchSize };
        ImageSet images = TrainingFixture.Images.Train.Take(batchSize);
        Architecture architecture = recipe.Network(images.Shape, 10);
        long alone = new MemoryEstimate(architecture, _execution, recipe).Bytes(batchSize);
        LocalProcesses.Run(processes, collective =>
        {
            long together = new MemoryEstimate(architecture, _execution, recipe, collective).Bytes(batchSize);
            using var network = new Network(architecture, _execution, batchSize, seed: 1) { Collective = collective };
            long planned = network.ExchangeBytes;
            new TrainingStep(network, recipe).Run(new Batch(images), position: default, cancellation);
            Assert.True(planned > 0);
            Assert.Equal(planned, network.ExchangeBytes);

            // That a layer's gradient is not handed round in large batches is not foreseen.
            Assert.InRange(together - alone, planned, planned + (batchSize > 100 ? 5_000_000 : 0));
            return planned;
        });
    }

    [Fact]
    public void What_is_kept_beside_each_weight_is_counted()
    {
        long Of(Recipe recipe) => new MemoryEstimate(NetworkCatalog.Reference(), _execution, recipe).Bytes(64);
        long weights = 4 * NetworkCatalog.Reference().Layers.Sum(layer => layer.ParameterCount);
        long plain = Of(new Recipe());

        // In memory, and twice in a checkpoint that is being written.
        Assert.InRange(Of(new Recipe { Optimizer = new SGD(Momentum: 0.9f) }) - plain, 3 * weights, 3.1 * weights);
        Assert.InRange(Of(new Recipe { Optimizer = new AdamW() }) - plain, 6 * weights, 6.2 * weights);
        Assert.InRange(Of(new Recipe { Average = new WeightAverage(0.9) }) - plain, 3 * weights, 3.1 * weights);
    }

    [Fact]
    public void The_batch_that_fits_is_the_largest_one()
    {
        var estimate = new MemoryEstimate(NetworkCatalog.Reference(), _execution, new Recipe());
        int batch = estimate.LargestBatch(500_000_000);

        Assert.InRange(batch, 100, 5000);
        Assert.True(estimate.Bytes(batch) <= 500_000_000);
        Assert.True(estimate.Bytes(batch + 1) > 500_000_000);
        Assert.Equal(0, estimate.LargestBatch(1_000_000));
    }
}

using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Data;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Losses;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Training;

namespace CifarFast.Engine.Tests.Training;

/// <summary>Runs on a set of which some classes have few images.</summary>
public sealed class BalanceTests
{
    /// <summary>Forty images of 8×8 pixels: 30 of a class, 7 and 3 of the others.</summary>
    private static readonly ImageSet _skewed = new(
        1, 8, 8, Enumerable.Range(0, 40 * 64).Select(i => (byte)((i * 37) + (i / 64 * 11))).ToArray(), Enumerable.Range(0, 40).Select(i => i < 30 ? 0 : i < 37 ? 1 : 2).ToArray());

    public static TheoryData<ClassBalance> Balances => [ClassBalance.Weights, ClassBalance.Sampling];

    [Theory]
    [MemberData(nameof(Balances))]
    public void Weights_are_the_same_on_every_tier_with_any_threads_and_after_a_stop_within_an_epoch(ClassBalance balance)
    {
        byte[] whole = Train(balance, new ExecutionOptions { Threads = 1 }, stopAt: null);
        Assert.NotEqual(whole, Train(ClassBalance.None, new ExecutionOptions { Threads = 1 }, stopAt: null));
        Assert.All(SimdTiers.Supported, tier => Assert.Equal(whole, Train(balance, new ExecutionOptions { Tier = tier, Threads = 3 }, stopAt: 7)));
    }

    [Fact]
    public void A_step_on_weighted_classes_is_one_with_those_weights_in_the_loss() => Assert.Equal(
        Train(new Recipe { Loss = new CrossEntropyLoss(0.1) { ClassWeights = [40 / (3f * 30), 40 / (3f * 7), 40 / (3f * 3)] } }),
        Train(new Recipe { Loss = new CrossEntropyLoss(0.1), Balance = ClassBalance.Weights }));

    private static byte[] Train(Recipe recipe) => Train(recipe.Balance, new ExecutionOptions(), stopAt: null, recipe);

    /// <summary>The checkpoint after two epochs and a half of four batches, of a run that was stopped and resumed where that is said.</summary>
    private static byte[] Train(ClassBalance balance, ExecutionOptions execution, int? stopAt, Recipe? recipe = null)
    {
        recipe = (recipe ?? new Recipe()) with { Balance = balance, BatchSize = 9, DropLast = true, Epochs = 2.5m, Seed = 5 };
        var stopped = new MemoryStream();
        if (stopAt is int step)
        {
            using Network first = Network();
            TrainingSession begun = Session(first);
            TrainingFixture.TrainTo(begun, step);
            Write(begun, stopped);
        }

        using Network network = Network();
        TrainingSession session = Session(network);
        if (stopAt is not null)
        {
            stopped.Position = 0;
            Checkpoint.Of("stopped", SafetensorsFile.Read(stopped, stopped.Length, "stopped")).CopyTo(session);
        }

        session.Run(new Recorder(), TestContext.Current.CancellationToken);
        return [.. network.StateTensors.SelectMany(TrainingFixture.Values).SelectMany(BitConverter.GetBytes)];

        Network Network() => new(
            new Architecture("small", new Shape(1, 8, 8), new Conv2d(1, 16, KernelSize: 3), new ReLU(), new Flatten(), new Linear(576, 3)), execution, batchSize: 9, seed: 5);
        TrainingSession Session(Network model) => new(model, new TrainingData(_skewed), recipe);
    }

    private static void Write(TrainingSession session, Stream stream)
    {
        var snapshot = new CheckpointSnapshot(session);
        snapshot.Take(session, new Dictionary<string, string>());
        snapshot.WriteTo(stream);
    }
}

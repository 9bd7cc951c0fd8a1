using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Data;
using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Checkpoints;
using CifarFast.Engine.Tests.Execution;
using CifarFast.Engine.Training;

namespace CifarFast.Engine.Tests.Training;

/// <summary>Runs whose number of epochs is no whole one are planned to their last step.</summary>
public class FractionalEpochsTests
{
    private static readonly ImageSet _images = TrainingFixture.Images.Train.Take(60);

    private static readonly Recipe _recipe = new()
    {
        BatchSize = 6,
        Epochs = 2.3m,
        Schedule = new LinearSchedule(Start: 0.25, Peak: 0.3),
        Monitor = Metric.TrainAccuracy,
    };

    [Theory]
    [InlineData("1.1", 10, 11)]
    [InlineData("9.9", 782, 7742)]
    [InlineData("0.001", 10, 1)]
    [InlineData("20", 782, 15640)]
    [InlineData("2.3", 10, 23)]
    [InlineData("1.0001", 10, 11)]
    public void Steps_are_counted_in_decimal(string epochs, int batches, long steps) =>
        Assert.Equal(steps, new Recipe { Epochs = decimal.Parse(epochs, System.Globalization.CultureInfo.InvariantCulture) }.Steps(batches));

    [Fact]
    public void The_last_part_is_an_epoch_and_the_schedule_ends_with_it()
    {
        using Network network = Make();
        var session = new TrainingSession(network, new TrainingData(_images, Test: _images), _recipe);
        TrainingResult result = session.Run(new Recorder(), TestContext.Current.CancellationToken);

        Assert.Equal((StopReason.Completed, 23L), (result.End, result.Steps));
        Assert.Equal([(1, 10L), (2, 20L), (3, 23L)], result.Epochs.Select(epoch => (epoch.Epoch, epoch.Step)));
        Assert.All(result.Epochs, epoch => Assert.True(double.IsFinite(epoch.TestLoss)));
        Assert.Equal(3, session.State.Epochs.Count);
        Assert.Equal([9L, 19, 22], result.Epochs.Select(epoch => epoch.Step - 1));
        Assert.All(result.Epochs, epoch => Assert.Equal((float)(0.01f * _recipe.Schedule.Factor(new RunPosition(epoch.Step - 1, 23, 10))), epoch.LearningRate));
    }

    [Fact]
    public void It_may_be_the_best_one()
    {
        EpochMetrics Epoch(int epoch, long step, double accuracy) => new(epoch, step, 1, accuracy, double.NaN, double.NaN, double.NaN, double.NaN, 0.01f, 1, 1, 1);
        EpochMetrics[] epochs = [Epoch(1, 10, 0.3), Epoch(2, 20, 0.4), Epoch(3, 23, 0.5)];

        Assert.Equal(3, BestEpochTracker.Of(_recipe, epochs).BestEpoch);
        Assert.Equal(2, BestEpochTracker.Of(_recipe with { Epochs = 5 }, epochs).BestEpoch);
    }

    [Fact]
    public void It_goes_on_from_any_step_to_the_same_bits()
    {
        (float[] Weights, EpochMetrics[] Epochs) whole = Run(stopAfter: null);
        for (int step = 1; step <= 22; step += 3)
        {
            (float[] weights, EpochMetrics[] epochs) = Run(step);
            Assert.Equal(whole.Weights, weights);
            Assert.Equal(whole.Epochs.Select(epoch => (epoch.Step, epoch.TrainLoss, epoch.TestLoss, epoch.LearningRate)), epochs.Select(epoch => (epoch.Step, epoch.TrainLoss, epoch.TestLoss, epoch.LearningRate)));
        }
    }

    [Fact]
    public void A_run_that_is_over_is_only_over_again()
    {
        using Network network = Make();
        var session = new TrainingSession(network, new TrainingData(_images), _recipe);
        session.Run(new Recorder(), TestContext.Current.CancellationToken);
        using Network second = Make();
        var again = new TrainingSession(second, new TrainingData(_images), _recipe);
        TinyRun.Read(Save(session)).CopyTo(again);

        Assert.Equal(23, again.Run(new Recorder(), TestContext.Current.CancellationToken).Steps);
    }

    private static (float[] Weights, EpochMetrics[] Epochs) Run(int? stopAfter)
    {
        using Network network = Make();
        var session = new TrainingSession(network, new TrainingData(_images, Test: _images), _recipe);
        if (stopAfter is not int step)
        {
            return End(session);
        }

        TrainingFixture.TrainTo(session, step);
        using Network second = Make();
        var resumed = new TrainingSession(second, new TrainingData(_images, Test: _images), _recipe);
        TinyRun.Read(Save(session)).CopyTo(resumed);
        return End(resumed);
    }

    private static byte[] Save(TrainingSession session)
    {
        var snapshot = new CheckpointSnapshot(session);
        snapshot.Take(session, new Dictionary<string, string>());
        var file = new MemoryStream();
        snapshot.WriteTo(file);
        return file.ToArray();
    }

    private static (float[] Weights, EpochMetrics[] Epochs) End(TrainingSession session)
    {
        TrainingResult result = session.Run(new Recorder(), TestContext.Current.CancellationToken);
        return ([.. session.StateTensors.SelectMany(TrainingFixture.Values)], [.. result.Epochs]);
    }

    private static Network Make() => new(
        new Architecture("small", new Shape(3, 32, 32), new Conv2d(3, 4, KernelSize: 3, Stride: 4), new ReLU(), new Flatten(), new Linear(4 * 8 * 8, 10)),
        ExecutionPaths.Options("naive"),
        batchSize: 6,
        seed: 1);
}

using CifarFast.Engine.Recipes;
using CifarFast.Engine.Training;
using CifarFast.Trainer.Console;

namespace CifarFast.Trainer.Tests.Console;

public class TimeLeftTests
{
    [Theory]
    [InlineData(1, 101, 800, 8)]
    [InlineData(101, 101, 800, 0)]
    [InlineData(1, 2, 32, 2)]
    public void Is_what_the_remaining_batches_take_at_the_speed_so_far(int batch, int batches, double imagesPerSecond, double expected)
    {
        var progress = new BatchProgress(1, batch, batches, batch, 2, 2, 0.1, imagesPerSecond);
        Assert.Equal(expected, TimeLeft.OfEpoch(progress, batchSize: 64), 1e-9);
    }

    [Fact]
    public void Is_unknown_before_anything_was_measured() =>
        Assert.Equal("?", Clock.Format(TimeLeft.OfEpoch(new BatchProgress(1, 1, 10, 1, 2, 2, 0.1, ImagesPerSecond: 0), batchSize: 64)));

    [Theory]
    [InlineData(null, 150 + 20)]
    [InlineData(250L, 100 + 20)]
    [InlineData(160L, 10 + 10)]
    public void Of_the_run_counts_the_steps_it_makes_and_the_evaluations_of_its_epochs(long? maxSteps, double expected)
    {
        // Of three epochs of a hundred batches the first is done and the second half done; a batch takes a second, an evaluation ten.
        var progress = new BatchProgress(2, 50, 100, 150, 2, 2, 0.1, ImagesPerSecond: 64);
        var last = new EpochMetrics(1, 100, 2, 0.1, double.NaN, double.NaN, 2, 0.1, 0.01f, Seconds: 110, TrainSeconds: 100, 64);
        Assert.Equal(expected, TimeLeft.OfRun(progress, new Recipe { Epochs = 3, MaxSteps = maxSteps }, last), 1e-9);
    }
}

using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Training;

namespace CifarFast.Engine.Tests.Training;

public class BestEpochTrackerTests
{
    [Theory]
    [InlineData(Metric.TrainLoss, new[] { 3.0, 2, 2, 2.5 }, 2, 2)]
    [InlineData(Metric.TrainAccuracy, new[] { 0.1, 0.3, 0.3, 0.2 }, 2, 2)]
    [InlineData(Metric.ValidationLoss, new[] { 1.0, 2, 0.5 }, 3, 0)]
    [InlineData(Metric.ValidationAccuracy, new[] { 0.5, 0.4, 0.45 }, 1, 2)]
    [InlineData(Metric.TrainLoss, new[] { double.NaN, 2, double.NaN }, 2, 1)]
    [InlineData(Metric.TrainLoss, new[] { double.PositiveInfinity, 5 }, 2, 0)]
    [InlineData(Metric.TrainAccuracy, new[] { double.NaN, double.NaN }, 0, 2)]
    [InlineData(Metric.TrainLoss, new double[0], 0, 0)]
    public void The_best_epoch_is_the_first_with_the_best_value(Metric metric, double[] values, int best, int without)
    {
        var tracker = BestEpochTracker.Of(new Recipe { Monitor = metric }, values.Select((value, i) => Epoch(i + 1, metric, value)));

        Assert.Equal((best, without), (tracker.BestEpoch, tracker.EpochsWithoutImprovement));
        Assert.Equal(best == 0 ? double.NaN : values[best - 1], tracker.BestValue);
    }

    [Fact]
    public void An_epoch_that_was_cut_short_is_best_only_for_want_of_a_whole_one()
    {
        EpochMetrics[] epochs = [Epoch(1, Metric.TrainLoss, 3) with { Step = 10 }, Epoch(2, Metric.TrainLoss, 2) with { Step = 20 }];
        EpochMetrics cut = Epoch(3, Metric.TrainLoss, 1) with { Step = 29 };

        Assert.Equal(2, BestEpochTracker.Of(new Recipe(), [.. epochs, cut]).BestEpoch);
        Assert.Equal(3, BestEpochTracker.Of(new Recipe(), [cut]).BestEpoch);
    }

    /// <summary>An epoch in which only one metric is any good.</summary>
    private static EpochMetrics Epoch(int epoch, Metric metric, double value)
    {
        double Of(Metric other) => other == metric ? value : double.NaN;
        return new EpochMetrics(
            epoch,
            epoch,
            Of(Metric.TrainLoss),
            Of(Metric.TrainAccuracy),
            Of(Metric.ValidationLoss),
            Of(Metric.ValidationAccuracy),
            TestLoss: -epoch,
            TestAccuracy: epoch,
            0.01f,
            1,
            1,
            1);
    }
}

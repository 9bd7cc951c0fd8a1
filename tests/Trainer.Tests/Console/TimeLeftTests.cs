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
}

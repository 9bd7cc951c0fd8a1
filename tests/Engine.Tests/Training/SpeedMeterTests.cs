using CifarFast.Engine.Training;

namespace CifarFast.Engine.Tests.Training;

public class SpeedMeterTests
{
    [Fact]
    public void A_short_run_gives_its_mean()
    {
        var meter = new SpeedMeter();
        Assert.Null(meter.ImagesPerSecond);
        meter.Add(images: 30, seconds: 1);
        meter.Add(images: 10, seconds: 3);

        Assert.Equal(10, meter.ImagesPerSecond!.Value, 1e-9);
    }

    [Fact]
    public void A_long_run_gives_the_median_window_without_the_first()
    {
        var meter = new SpeedMeter();
        foreach (double seconds in new[] { 9.0, 0.5, 0.1, 1.0 })
        {
            for (int step = 0; step < SpeedMeter.StepsOfWindow; step++)
            {
                meter.Add(images: 10, seconds);
            }
        }

        Assert.Equal(20, meter.ImagesPerSecond!.Value, 1e-9);
    }
}

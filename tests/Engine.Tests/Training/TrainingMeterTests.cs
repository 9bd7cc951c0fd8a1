using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using CifarFast.Engine.Training;

namespace CifarFast.Engine.Tests.Training;

public class TrainingMeterTests
{
    [Fact]
    public void A_step_is_told_to_every_instrument()
    {
        // Sessions of other tests use the same instruments: unique numbers tell this step from theirs.
        const int images = 987_654_321;
        const double seconds = 123.25;
        const double loss = 4567.875;
        var heard = new ConcurrentBag<(string Name, string? Unit, double Value)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == TrainingMeter.MeterName)
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => heard.Add((instrument.Name, instrument.Unit, value)));
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => heard.Add((instrument.Name, instrument.Unit, value)));
        listener.Start();

        TrainingMeter.StepCompleted(images, seconds, loss);

        Assert.Contains(("cifarfast.train.images", "{image}", images), heard);
        Assert.Contains(("cifarfast.train.step.duration", "s", seconds), heard);
        Assert.Contains(("cifarfast.train.speed", "{image}/s", images / seconds), heard);
        Assert.Contains(("cifarfast.train.loss", null, loss), heard);
    }
}

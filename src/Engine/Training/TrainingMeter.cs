using System.Diagnostics.Metrics;

namespace CifarFast.Engine.Training;

/// <summary>
/// The figures of a running training session for <c>dotnet-counters</c>, OpenTelemetry or a <see cref="MeterListener"/>. Without
/// a listener an instrument costs one test of a field.
/// </summary>
internal static class TrainingMeter
{
    /// <summary>The name to listen to.</summary>
    public const string MeterName = "CifarFast.Engine";

    private static readonly Meter _meter = new(MeterName);

    private static readonly Counter<long> _images =
        _meter.CreateCounter<long>("cifarfast.train.images", "{image}", "Images trained on; its rate is the speed.");

    private static readonly Histogram<double> _stepDuration =
        _meter.CreateHistogram<double>("cifarfast.train.step.duration", "s", "Duration of a training step with its data loading.");

    private static readonly Gauge<double> _speed =
        _meter.CreateGauge<double>("cifarfast.train.speed", "{image}/s", "Images of the last step divided by its duration.");

    private static readonly Gauge<double> _loss =
        _meter.CreateGauge<double>("cifarfast.train.loss", null, "Mean loss of the last batch, before its update.");

    /// <summary>Takes note of a step.</summary>
    internal static void StepCompleted(int images, double seconds, double meanLoss)
    {
        _images.Add(images);
        _stepDuration.Record(seconds);
        _speed.Record(images / seconds);
        _loss.Record(meanLoss);
    }
}

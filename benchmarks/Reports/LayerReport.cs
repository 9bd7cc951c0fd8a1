using System.Diagnostics;
using System.Diagnostics.Tracing;
using CifarFast.Engine.Data;
using CifarFast.Engine.Diagnostics;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Training;

namespace CifarFast.Benchmarks.Reports;

/// <summary>What a step of the reference network spends its time on, as the engine's own events tell it.</summary>
internal static class LayerReport
{
    private const int BatchSize = 64;
    private const int Steps = 40;

    public static Markdown Write(Measurement measurement)
    {
        measurement.Show($"{Steps} steps, four times");
        var network = new Network(NetworkCatalog.Reference(), new ExecutionOptions { Threads = 1 }, BatchSize, seed: 1);
        var step = new TrainingStep(network, new Recipe { Optimizer = new SGD(LearningRate: 1e-4f) });
        var batch = new Batch(StepContestant.Images.Train.Take(BatchSize));
        for (int i = 0; i < Steps; i++)
        {
            step.Run(batch, position: default);
        }

        double plain = MeasureStep(step, batch);
        double unheard = MeasureUnheardSpan();
        using var listener = new SpanListener();
        MeasureStep(step, batch);
        listener.Clear();
        double traced = MeasureStep(step, batch);

        double peak = FmaPeak.Measure(SimdTiers.Best, threads: 1);
        Markdown report = new Markdown()
            .Line($"{Markdown.Provenance} {SimdTiers.Best.Name()}, one thread, means of {Steps} steps of {BatchSize} images: {traced * 1e3:F1} ms a step while every event is listened to, {plain * 1e3:F1} ms without.")
            .Table("layer", "forward, ms:", "of peak:", "backward, ms:", "of peak:", "of the step:");
        double layers = 0;
        foreach ((LayerSummary layer, int index) in network.Architecture.Summary.Select((layer, index) => (layer, index)))
        {
            double forward = listener.Seconds(layer.Name, "forward") / Steps;
            double backward = listener.Seconds(layer.Name, "backward") / Steps;
            double flops = 2.0 * layer.MultiplyAdds * BatchSize;
            layers += forward + backward;
            string OfPeak(double work, double seconds) => work == 0 ? "" : FormattableString.Invariant($"{work / seconds / peak:P0}");
            report.Line($"| {index} {layer.Description} | {forward * 1e3:F2} | {OfPeak(flops, forward)} | {backward * 1e3:F2} | {OfPeak((index == 0 ? 1 : 2) * flops, backward)} | {(forward + backward) / traced:P1} |");
        }

        foreach (string phase in new[] { "load", "loss", "update" })
        {
            double seconds = listener.Seconds(phase, "") / Steps;
            layers += seconds;
            report.Line($"| {phase} | {seconds * 1e3:F2} | | | | {seconds / traced:P1} |");
        }

        report.Line($"| the rest: sums over shards, borders, the events themselves | | | {(traced - layers) * 1e3:F2} | | {(traced - layers) / traced:P1} |");
        int spans = listener.Spans / Steps;
        return report.Line($"\nA span without a listener takes {unheard * 1e9:F1} ns; the {spans} of a step, {spans * unheard / plain:P3} of it.");
    }

    private static double MeasureStep(TrainingStep step, Batch batch)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Steps; i++)
        {
            step.Run(batch, position: default);
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds / Steps;
    }

    private static double MeasureUnheardSpan()
    {
        const int spans = 10_000_000;
        double best = double.PositiveInfinity;
        for (int round = 0; round < 5; round++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < spans; i++)
            {
                EngineEvents.Layer("layer", "pass").Dispose();
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds / spans);
        }

        return best;
    }

    /// <summary>Adds up how long the spans of each name last; on one thread spans of layers do not overlap.</summary>
    private sealed class SpanListener : EventListener
    {
        private readonly Dictionary<(string Name, string Pass), (long Start, long Total)> _spans = [];

        public double Seconds(string name, string pass) =>
            (double)_spans.GetValueOrDefault((name, pass)).Total / Stopwatch.Frequency;

        public int Spans { get; private set; }

        public void Clear()
        {
            _spans.Clear();
            Spans = 0;
        }

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == EngineEvents.SourceName)
            {
                EnableEvents(eventSource, EventLevel.Informational);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            var key = ((string)eventData.Payload![0]!, eventData.Payload.Count > 1 ? (string)eventData.Payload[1]! : "");
            (long start, long total) = _spans.GetValueOrDefault(key);
            long now = Stopwatch.GetTimestamp();
            Spans += eventData.Opcode == EventOpcode.Start ? 1 : 0;
            _spans[key] = eventData.Opcode == EventOpcode.Start ? (now, total) : (start, total + now - start);
        }
    }
}

using System.Diagnostics.Tracing;
using CifarFast.Engine.Data;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Training;

namespace CifarFast.Benchmarks.Reports;

/// <summary>A whole epoch of a training session against the bare steps it is made of: what the rest costs, in time and collections.</summary>
internal static class EpochReport
{
    private const int BatchSize = 64;
    private const int UsualRounds = 3;

    public static Markdown Write(Measurement measurement)
    {
        int rounds = measurement.Rounds(UsualRounds);
        var ratios = new List<double>();
        var epochs = new List<double>();
        var steps = new List<double>();
        (int Epoch, int Loops) collections = default;
        int batches = (StepContestant.Images.Train.Count + BatchSize - 1) / BatchSize;
        for (int round = 0; round < rounds; round++)
        {
            Contestant bare = StepContestant.Create("bare steps", new ExecutionOptions(), BatchSize, repeats: 50);
            measurement.Compete([bare], rounds: 5, warmUpSeconds: 2, $"epoch {round + 1} of {rounds}, bare steps");
            measurement.Show($"epoch {round + 1} of {rounds}");
            (double seconds, int collected) = RunEpoch();
            steps.Add(bare.Seconds);
            epochs.Add(seconds);
            ratios.Add(seconds / (batches * bare.Seconds));
            collections = (collected, CollectionsOfEmptyLoops(batches));
        }

        double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
        return new Markdown()
            .Line($"{Markdown.Provenance} {Environment.ProcessorCount} threads, batches of {BatchSize}, median of {rounds} rounds.")
            .Table("figure", "value:")
            .Line($"| bare step | {Median(steps) * 1e3:F1} ms |")
            .Line($"| epoch of a training session, {batches} steps, evaluation left out | {Median(epochs):F1} s |")
            .Line($"| images/s of that epoch | {StepContestant.Images.Train.Count / Median(epochs):F0} |")
            .Line($"| epoch against steps × bare step | {Median(ratios):F3} |")
            .Line($"| gen-0 collections in that epoch | {collections.Epoch} |")
            .Line($"| gen-0 collections in as many empty parallel loops as it has | {collections.Loops} |");
    }

    private static (double Seconds, int Collections) RunEpoch()
    {
        var options = new Recipe { Epochs = 1, BatchSize = BatchSize };
        using var network = new Network(NetworkCatalog.Reference(), new ExecutionOptions(), BatchSize, seed: 1);
        var session = new TrainingSession(network, new TrainingData(StepContestant.Images.Train), options);
        GC.Collect();
        int before = GC.CollectionCount(0);
        TrainingResult result = session.Run(new Silence(), default);
        return (result.Epochs[0].TrainSeconds, GC.CollectionCount(0) - before);
    }

    private static int CollectionsOfEmptyLoops(int steps)
    {
        var options = new ExecutionOptions();
        var loop = new ParallelLoop(options.Threads);
        Action<int> nothing = static _ => { };
        int loopsOfStep = CountLoops();
        GC.Collect();
        int before = GC.CollectionCount(0);
        for (int i = 0; i < steps * loopsOfStep; i++)
        {
            loop.Run(16, nothing);
        }

        return GC.CollectionCount(0) - before;
    }

    /// <summary>How many parallel loops a step runs.</summary>
    private static int CountLoops()
    {
        using var network = new Network(NetworkCatalog.Reference(), new ExecutionOptions(), BatchSize, seed: 1);
        var step = new TrainingStep(network, new Recipe());
        using var counter = new LoopCounter();
        step.Run(new Batch(StepContestant.Images.Train.Take(BatchSize)), position: default);
        return counter.Count;
    }

    /// <summary>Counts the parallel loops that the runtime's own events tell of.</summary>
    private sealed class LoopCounter : EventListener
    {
        public int Count { get; private set; }

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "System.Threading.Tasks.Parallel.EventSource")
            {
                EnableEvents(eventSource, EventLevel.Informational, EventKeywords.All);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData) =>
            Count += eventData.EventName == "ParallelLoopBegin" ? 1 : 0;
    }

    private sealed class Silence : ITrainingObserver;
}

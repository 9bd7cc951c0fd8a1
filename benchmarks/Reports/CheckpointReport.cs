using System.Diagnostics;
using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Training;

namespace CifarFast.Benchmarks.Reports;

/// <summary>What checkpoints cost: one run in which windows of steps with a checkpoint and without take turns.</summary>
internal static class CheckpointReport
{
    private const int BatchSize = 64;
    private const int StepsOfWindow = 50;
    private const int WarmUp = 4;
    private const int UsualRounds = 41;

    public static Markdown Write(Measurement measurement)
    {
        int rounds = measurement.Rounds(UsualRounds);
        var report = new Markdown()
            .Line($"{Markdown.Provenance} {Environment.ProcessorCount} threads, batches of {BatchSize}, {rounds} pairs of windows of {StepsOfWindow} steps, medians.")
            .Table("figure", "plain SGD:", "with momentum:");
        Alternation[] runs = [Run(measurement, momentum: 0), Run(measurement, momentum: 0.9f)];
        string Row(Func<Alternation, string> cell) => string.Join(" | ", runs.Select(cell));
        return report
            .Line($"| a checkpoint | {Row(run => $"{run.Bytes / 1e6:F1} MB")} |")
            .Line($"| a window without | {Row(run => $"{Median(run.Without) * 1e3:F1} ms")} |")
            .Line($"| a window with one | {Row(run => $"{Median(run.With) * 1e3:F1} ms")} |")
            .Line($"| with against without, in pairs | {Row(run => $"{Median(run.With.Zip(run.Without, (with, without) => with / without)):F4}")} |")
            .Line($"| of it training waits | {Row(run => $"{Median(run.Stalls) * 1e3:F1} ms")} |");
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private static Alternation Run(Measurement measurement, float momentum)
    {
        int rounds = measurement.Rounds(UsualRounds);
        string directory = Directory.CreateTempSubdirectory("cifarfast-checkpoints-").FullName;
        try
        {
            var options = new Recipe
            {
                Optimizer = new SGD(LearningRate: 1e-4f, Momentum: momentum),
                Epochs = int.MaxValue,
                BatchSize = BatchSize,
                MaxSteps = (WarmUp + (2 * rounds)) * StepsOfWindow,
            };
            using var network = new Network(NetworkCatalog.Reference(), new ExecutionOptions(), BatchSize, seed: 1);
            using var store = new CheckpointStore(directory);
            var session = new TrainingSession(network, new TrainingData(StepContestant.Images.Train), options);
            var alternation = new Alternation(session, store, window => measurement.Show($"momentum {momentum}, window {window} of {WarmUp + (2 * rounds)}"));
            session.Run(alternation, default);
            store.Flush();
            alternation.Bytes = new FileInfo(store.LastPath).Length;
            return store.Failure is null ? alternation : throw store.Failure;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Saves after the first step of every other window, so that writing has ended when the next window begins.</summary>
    private sealed class Alternation(TrainingSession session, CheckpointStore store, Action<long> show) : ITrainingObserver
    {
        private static readonly Dictionary<string, string> _noMetadata = [];

        private long _start = Stopwatch.GetTimestamp();

        public List<double> With { get; } = [];

        public List<double> Without { get; } = [];

        public List<double> Stalls { get; } = [];

        public long Bytes { get; set; }

        public void StepCompleted(in BatchProgress progress)
        {
            long window = (progress.Step - 1) / StepsOfWindow;
            bool saves = window % 2 == 1;
            if (saves && progress.Step % StepsOfWindow == 1)
            {
                long before = Stopwatch.GetTimestamp();
                store.Save(session, _noMetadata, isBest: false);
                Stalls.Add(Stopwatch.GetElapsedTime(before).TotalSeconds);
            }

            if (progress.Step % StepsOfWindow == 0)
            {
                if (window >= WarmUp)
                {
                    (saves ? With : Without).Add(Stopwatch.GetElapsedTime(_start).TotalSeconds);
                }

                show(window + 1);
                _start = Stopwatch.GetTimestamp();
            }
        }
    }
}

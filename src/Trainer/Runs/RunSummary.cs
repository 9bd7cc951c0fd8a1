using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Serialization;
using CifarFast.Engine.Data;
using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Files;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Training;

namespace CifarFast.Trainer.Runs;

/// <summary>What <c>summary.json</c> says of a run. Losses are means per image, accuracies 0 to 1; what is not a number is null.</summary>
internal sealed record RunSummary
{
    /// <summary>Why the run ended; one that was stopped can go on.</summary>
    public required StopReason Status { get; init; }

    public required string ProgramVersion { get; init; }

    public required string Network { get; init; }

    /// <summary>The recipe; null in the summary of a version that had none.</summary>
    public string? Recipe { get; init; }

    /// <summary>The numerics versions that computed its steps; null in the summary of a version that did not note them down.</summary>
    public IReadOnlyList<int>? NumericsVersions { get; init; }

    /// <summary>The processor that it was computed on, as its maker calls it; null in the summary of a version that did not note it down.</summary>
    public string? Processor { get; init; }

    public required string Dataset { get; init; }

    public required int TrainImages { get; init; }

    /// <summary>Images held out to choose by.</summary>
    public required int ValidationImages { get; init; }

    public required int TestImages { get; init; }

    public required int Epochs { get; init; }

    public required long Steps { get; init; }

    public required int BatchSize { get; init; }

    /// <summary>Whether the last incomplete batch of an epoch was left out; false in the summary of a version that never did.</summary>
    public bool DropLast { get; init; }

    /// <summary>What was done about classes that have fewer images; nothing in the summary of a version that never did.</summary>
    public ClassBalance Balance { get; init; }

    public required float LearningRate { get; init; }

    public required float Momentum { get; init; }

    public required bool Nesterov { get; init; }

    public required float WeightDecay { get; init; }

    public required ulong Seed { get; init; }

    public required int Threads { get; init; }

    /// <summary>How many processes computed, where these were several.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Processes { get; init; }

    /// <summary>On how many machines they were.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Machines { get; init; }

    /// <summary>The share of the time that the first of them spent exchanging with the others and waiting for them, 0 to 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? WaitingShare { get; init; }

    /// <summary>As <c>3 processes on 1 machine, 12% of the time spent on exchange and waiting</c>; null where one process computed.</summary>
    [JsonIgnore]
    public string? Sharing => Processes is int processes
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"{Quantity.Of(processes, "process", "processes")} on {Quantity.Of(Machines ?? 1, "machine")}, {100 * WaitingShare:F0}% of the time spent on exchange and waiting")
        : null;

    public required string Simd { get; init; }

    public required string Kernels { get; init; }

    /// <summary>What <see cref="BestEpoch"/> was selected by.</summary>
    public required Metric Monitor { get; init; }

    /// <summary>The epoch of the best checkpoint, one that was cut short only for want of a whole one; 0 where there is none.</summary>
    public required int BestEpoch { get; init; }

    public required double FinalTrainLoss { get; init; }

    public required double FinalValidationAccuracy { get; init; }

    public required double FinalTestAccuracy { get; init; }

    public required double BestTestAccuracy { get; init; }

    /// <summary>
    /// On the test images, the accuracy of the weights that stand for the run: those of the best epoch, or the last ones where the recipe makes for these. Null
    /// where there is none, and in the summary of a version that did not note it down.
    /// </summary>
    public double? TestAccuracy { get; init; }

    /// <summary>With what <see cref="TestTimeAugmentationAccuracy"/> is measured; all other figures are without.</summary>
    public TestTimeAugmentation TestTimeAugmentation { get; init; }

    /// <summary>The same as <see cref="TestAccuracy"/> with test-time augmentation; null where it was not measured, which the report does.</summary>
    public double? TestTimeAugmentationAccuracy { get; init; }

    public required double Seconds { get; init; }

    public required double ImagesPerSecond { get; init; }

    /// <summary>The most memory the process held at once, in bytes, as the system counts it.</summary>
    public required long PeakMemoryBytes { get; init; }

    public required IReadOnlyList<EpochMetrics> EpochsDetail { get; init; }

    /// <summary>Sums a run up.</summary>
    public static RunSummary Of(RunConfig config, TrainingData data, TrainingSession session, TrainingResult result)
    {
        Recipe recipe = config.Options.Recipe;
        var sgd = recipe.Optimizer as SGD;
        ExecutionOptions execution = config.Options.Execution;
        EpochMetrics? last = result.Epochs.LastOrDefault();
        int best = session.State.Epochs.Count > 0 ? session.BestEpochTracker.BestEpoch : result.Epochs.Count;
        return new RunSummary
        {
            Status = result.End,
            ProgramVersion = config.ProgramVersion,
            Network = config.Network,
            Recipe = recipe.Name,
            NumericsVersions = config.NumericsVersions,
            Processor = config.Machine.Processor,
            Dataset = config.Data.Name,
            TrainImages = data.Train.Count,
            ValidationImages = data.Validation?.Count ?? 0,
            TestImages = data.Test?.Count ?? 0,
            Epochs = result.Epochs.Count,
            Steps = result.Steps,
            BatchSize = recipe.BatchSize,
            DropLast = recipe.DropLast,
            Balance = recipe.Balance,
            LearningRate = recipe.Optimizer.LearningRate,
            Momentum = sgd?.Momentum ?? 0,
            Nesterov = sgd?.Nesterov ?? false,
            WeightDecay = recipe.Optimizer.WeightDecay,
            Seed = recipe.Seed,
            Threads = execution.Threads,
            Simd = execution.Kernels == KernelPath.Naive ? "none" : execution.Tier.Name(),
            Kernels = execution.Kernels.ToString().ToLowerInvariant(),
            Monitor = recipe.Monitor,
            BestEpoch = best,
            FinalTrainLoss = last?.TrainLoss ?? double.NaN,
            FinalValidationAccuracy = last?.ValidationAccuracy ?? double.NaN,
            FinalTestAccuracy = last?.TestAccuracy ?? double.NaN,
            BestTestAccuracy = BestTestAccuracyOf(result.Epochs),
            TestAccuracy = (recipe.IsPlannedToItsEnd ? last : result.Epochs.FirstOrDefault(epoch => epoch.Epoch == best))?.TestAccuracy,
            TestTimeAugmentation = recipe.TestTimeAugmentation,
            Seconds = result.Epochs.Sum(epoch => epoch.Seconds),
            ImagesPerSecond = result.ImagesPerSecond,
            PeakMemoryBytes = PeakMemory(),
            EpochsDetail = result.Epochs,
        };
    }

    /// <summary>The best accuracy on the test images of any epoch, 0 to 1; NaN where there is none.</summary>
    public static double BestTestAccuracyOf(IEnumerable<EpochMetrics> epochs) =>
        epochs.Select(epoch => epoch.TestAccuracy).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Max();

    /// <summary>This with the accuracy that was measured of the weights that stand for the run.</summary>
    public RunSummary With(double testAccuracy, AugmentedAccuracy augmented) => this with
    {
        TestAccuracy = testAccuracy,
        TestTimeAugmentation = augmented.Level,
        TestTimeAugmentationAccuracy = augmented.Accuracy,
    };

    private static long PeakMemory()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    /// <summary>Writes the file.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Save(string path) => DurableFile.Write(path, file => RunJson.Write(file, this, RunJson.Readable.RunSummary));
}

using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Training;
using CifarFast.Trainer.Commands;

namespace CifarFast.Trainer.Runs;

/// <summary>What <c>summary.json</c> says of a run. Losses are means per image, accuracies 0 to 1; what is not a number is null.</summary>
internal sealed record RunSummary
{
    public required string ProgramVersion { get; init; }

    public required string Network { get; init; }

    public required string Dataset { get; init; }

    public required int TrainImages { get; init; }

    public required int TestImages { get; init; }

    public required int Epochs { get; init; }

    public required long Steps { get; init; }

    public required int BatchSize { get; init; }

    public required float LearningRate { get; init; }

    public required float Momentum { get; init; }

    public required bool Nesterov { get; init; }

    public required float WeightDecay { get; init; }

    public required ulong Seed { get; init; }

    public required int Threads { get; init; }

    public required string Simd { get; init; }

    public required string Kernels { get; init; }

    public required bool Diverged { get; init; }

    public required double FinalTrainLoss { get; init; }

    public required double FinalTestAccuracy { get; init; }

    public required double BestTestAccuracy { get; init; }

    public required double Seconds { get; init; }

    public required double ImagesPerSecond { get; init; }

    /// <summary>The most memory the process held at once, in bytes, as the system counts it.</summary>
    public required long PeakMemoryBytes { get; init; }

    public required IReadOnlyList<EpochDetail> EpochsDetail { get; init; }

    /// <summary>What the weights file says of itself.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, string> Metadata => new Dictionary<string, string>
    {
        ["format"] = "pt",
        ["program"] = $"CifarFast {ProgramVersion}",
        ["network"] = Network,
        ["dataset"] = Dataset,
        ["steps"] = Steps.ToString(CultureInfo.InvariantCulture),
        ["seed"] = Seed.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Sums a run up.</summary>
    public static RunSummary Of(
        TrainSettings settings, string dataset, string network, int trainImages, int testImages, TrainingResult result) => new()
        {
            ProgramVersion = typeof(RunSummary).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion,
            Network = network,
            Dataset = dataset,
            TrainImages = trainImages,
            TestImages = testImages,
            Epochs = result.Epochs.Count,
            Steps = result.Steps,
            BatchSize = settings.Training.BatchSize,
            LearningRate = settings.Training.LearningRate,
            Momentum = settings.Training.Momentum,
            Nesterov = settings.Training.Nesterov,
            WeightDecay = settings.Training.WeightDecay,
            Seed = settings.Training.Seed,
            Threads = settings.Execution.Threads,
            Simd = settings.Execution.Kernels == KernelPath.Naive ? "none" : settings.Execution.Tier.Name(),
            Kernels = settings.Execution.Kernels.ToString().ToLowerInvariant(),
            Diverged = result.Diverged,
            FinalTrainLoss = result.Epochs[^1].TrainLoss,
            FinalTestAccuracy = result.Epochs[^1].TestAccuracy,
            BestTestAccuracy = result.Epochs.Select(epoch => epoch.TestAccuracy).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Max(),
            Seconds = result.Epochs.Sum(epoch => epoch.Seconds),
            ImagesPerSecond = result.ImagesPerSecond,
            PeakMemoryBytes = PeakMemory(),
            EpochsDetail =
            [
                .. result.Epochs.Select(epoch => new EpochDetail(
                    epoch.Epoch,
                    epoch.TrainLoss,
                    epoch.TrainAccuracy,
                    epoch.TestLoss,
                    epoch.TestAccuracy,
                    epoch.Seconds,
                    epoch.TrainSeconds,
                    epoch.ImagesPerSecond)),
            ],
        };

    private static long PeakMemory()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    /// <summary>Writes the file under a temporary name first, so that a crash never leaves half of it.</summary>
    public void Save(string path)
    {
        string temporary = path + ".tmp";
        File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(this, RunJson.Readable.RunSummary));
        File.Move(temporary, path, overwrite: true);
    }
}

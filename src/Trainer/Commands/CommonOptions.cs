using System.CommandLine;
using CifarFast.Engine.Data;
using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Simd;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Commands;

/// <summary>Options that several commands have.</summary>
internal static class CommonOptions
{
    /// <summary>Where the images are.</summary>
    public static Option<string?> Data() => new("--data")
    {
        Description = $"Directory (or .tar.gz archive) of CIFAR-10's binary version. Default: ${DatasetLoader.EnvironmentVariable}, else the user's cache, else it is downloaded.",
        HelpName = "dir",
    };

    /// <summary>How many threads compute.</summary>
    public static Option<int> Threads() => NumberOption.Create(
        "--threads", "How many threads compute. The result is bitwise the same for any number.", Environment.ProcessorCount, static n => (TrainSettings.Default with { Execution = new ExecutionOptions { Threads = n } }).FindFault() is null, $"a whole number from 1 to {TrainSettings.MaxThreads}");

    /// <summary>Which instructions the fast kernels use.</summary>
    public static Option<SimdTier?> Simd() => NamedOption.CreateOptional<SimdTier>(
        "--simd", $"Instructions of the fast kernels. Default: ${SimdTiers.EnvironmentVariable}, else the best this CPU has ({SimdTiers.Best.Name()}).");

    /// <summary>A file for other programs to read.</summary>
    /// <param name="what">What is in it.</param>
    public static Option<string?> Json(string what) => new("--json")
    {
        Description = $"Write {what} to this file, too, or with {OutputFile.StandardOutput} to standard output, and nothing else there.",
        HelpName = "file",
    };

    /// <summary>What a network is shown of each image.</summary>
    /// <param name="what">What is done with it, and what is done without the option.</param>
    public static Option<TestTimeAugmentation?> Augmentation(string what) => NamedOption.CreateOptional<TestTimeAugmentation>(
        "--tta", $"Test-time augmentation: the mean of the logits of each image and its mirror image, or of these and both moved by a pixel, six views. {what}");

    /// <summary>How to compute.</summary>
    /// <param name="simd">What <see cref="Simd"/> was given.</param>
    /// <param name="threads">What <see cref="Threads"/> was given.</param>
    /// <exception cref="SimdTierException">There are no such instructions here.</exception>
    public static ExecutionOptions Execution(SimdTier? simd, int threads) =>
        new() { Tier = SimdTiers.Resolve(simd?.Name()), Threads = threads };
}

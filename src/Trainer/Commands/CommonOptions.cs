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
        Description = $"Directory of the images: CIFAR-10 or CIFAR-100 (binary version, also as .tar.gz), the IDX files of MNIST, or a folder of pictures a class. Default: ${DatasetLoader.EnvironmentVariable}, else CIFAR-10 from the user's cache or downloaded.",
        HelpName = "dir",
    };

    /// <summary>Which data set.</summary>
    /// <param name="otherwise">What is done without the option.</param>
    public static Option<DatasetKind> Dataset(string otherwise) => NamedOption.Create<DatasetKind>(
        "--dataset", $"Which data set. auto (the default): {otherwise} The others: that set or an error. synthetic: drawn shapes and textures, built in.");

    /// <summary>Which labels of CIFAR-100.</summary>
    public static Option<DatasetLabels?> Labels() => NamedOption.CreateOptional<DatasetLabels>(
        "--labels", "Which labels of CIFAR-100: its 100 classes, or the 20 groups of them. Default: fine.");

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
        "--tta", $"Test-time augmentation: the mean of the logits of each image and its mirror image, or of these and both moved by a pixel, six views; shifts: without the mirror images. {what}");

    /// <summary>
    /// The images to measure a network with: what is asked for, else those of its run. Weights of no run are measured with what is named, else with CIFAR-10.
    /// </summary>
    /// <param name="config">The run, or null.</param>
    /// <param name="data">What <see cref="Data"/> was given.</param>
    /// <param name="dataset">What <see cref="Dataset"/> was given.</param>
    /// <param name="labels">What <see cref="Labels"/> was given.</param>
    public static DatasetRequest Request(RunConfig? config, string? data, DatasetKind dataset, DatasetLabels? labels)
    {
        bool isNamed = data is not null || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(DatasetLoader.EnvironmentVariable));
        DatasetRequest request = config?.Locate(data) ?? new DatasetRequest { Kind = isNamed ? DatasetKind.Auto : DatasetKind.Cifar10, Path = data };
        return request with
        {
            Kind = dataset == DatasetKind.Auto ? request.Kind : dataset,
            Labels = labels ?? request.Labels,
            Path = data ?? (dataset is DatasetKind.Auto || dataset == request.Kind ? request.Path : null),
        };
    }

    /// <summary>The views of each image that a network is shown: no mirror images where those are of other classes, which is said.</summary>
    /// <param name="session">Where to say it.</param>
    /// <param name="asked">What was asked for.</param>
    /// <param name="config">The run of the network, or null.</param>
    public static TestTimeAugmentation Views(Session session, TestTimeAugmentation asked, RunConfig? config)
    {
        TestTimeAugmentation views = config?.Options.MirrorKeepsClasses == false ? asked.WithoutMirror() : asked;
        if (views != asked)
        {
            session.Output.WriteLine("views     not mirrored: mirror images are of other classes, by the run's settings");
        }

        return views;
    }

    /// <summary>How to compute.</summary>
    /// <param name="simd">What <see cref="Simd"/> was given.</param>
    /// <param name="threads">What <see cref="Threads"/> was given.</param>
    /// <exception cref="SimdTierException">There are no such instructions here.</exception>
    public static ExecutionOptions Execution(SimdTier? simd, int threads) =>
        new() { Tier = SimdTiers.Resolve(simd?.Name()), Threads = threads };
}

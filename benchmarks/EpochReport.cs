using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text;
using BenchmarkDotNet.Environments;
using CifarFast.Engine.Data;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Networks;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Training;

namespace CifarFast.Benchmarks;

/// <summary>
/// Measures how long an epoch of the reference recipe takes on every path, and writes the table of docs/perf.md: the paths take
/// turns for several rounds in one process, and a row is the median of its rounds, so that a busy moment of the machine hits
/// all of them alike.
/// </summary>
internal sealed class EpochReport
{
    private const string Begin = "<!-- measured: begin -->";
    private const string End = "<!-- measured: end -->";
    private const double NumPyEpochHours = 28;
    private const int Rounds = 7;
    private const int BatchSize = 64;

    private readonly List<Contestant> _contestants = [];

    /// <summary>Measures on the data set of <see cref="DatasetLoader.EnvironmentVariable"/> and rewrites the table in a file.</summary>
    public static void Write(string path)
    {
        string text = File.ReadAllText(path);
        int begin = text.IndexOf(Begin, StringComparison.Ordinal);
        int end = text.IndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin)
        {
            throw new InvalidDataException($"{path} has no lines '{Begin}' and '{End}' to write the table between");
        }

        ImageDataset images = DatasetLoader.Load(new DatasetRequest { Kind = DatasetKind.Cifar10 }, progress: null, default).Dataset;
        string table = new EpochReport(images.Train).Measure(images);
        File.WriteAllText(path, $"{text[..(begin + Begin.Length)]}\n{table}{text[end..]}");
    }

    private EpochReport(ImageSet train)
    {
        int all = Environment.ProcessorCount;
        _contestants.Add(new Contestant("naive loops", new ExecutionOptions { Kernels = KernelPath.Naive, Threads = 1 }, train, batchSize: 4, steps: 1));
        foreach (SimdTier tier in SimdTiers.Supported)
        {
            int steps = tier == SimdTier.Scalar ? 1 : 10;
            _contestants.Add(new Contestant($"im2col + GEMM, {tier.Name()}", new ExecutionOptions { Tier = tier, Threads = 1 }, train, BatchSize, steps));
        }

        foreach (int threads in Enumerable.Range(2, Math.Max(0, all - 1)).Where(threads => threads == all || int.IsPow2(threads)))
        {
            _contestants.Add(new Contestant(
                $"im2col + GEMM, {SimdTiers.Best.Name()}", new ExecutionOptions { Threads = threads }, train, BatchSize, steps: 10));
        }
    }

    private string Measure(ImageDataset images)
    {
        foreach (Contestant contestant in _contestants)
        {
            contestant.WarmUp();
        }

        for (int round = 0; round < Rounds; round++)
        {
            foreach (Contestant contestant in _contestants)
            {
                contestant.Measure();
            }
        }

        var report = new StringBuilder();
        report.Append("```\n").AppendJoin('\n', HostEnvironmentInfo.GetCurrent().ToFormattedString()).Append("\n```\n\n");
        string version = Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "?";
        Line(report, $"Version {version}, {DateTime.UtcNow:yyyy-MM-dd}, {images.Name}, {images.Train.Count} training images, median of {Rounds} rounds.\n");
        Line(report, $"| path | threads | one image | a step of {BatchSize} | an epoch | against NumPy's {NumPyEpochHours} h |");
        Line(report, $"| --- | ---: | ---: | ---: | ---: | ---: |");
        foreach (Contestant contestant in _contestants)
        {
            double seconds = contestant.SecondsOfImage;
            var epoch = TimeSpan.FromSeconds(seconds * images.Train.Count);
            Line(
                report,
                $"| {contestant.Name} | {contestant.Threads} | {seconds * 1e3:F2} ms | {seconds * BatchSize * 1e3:F1} ms | {Format(epoch)} | {TimeSpan.FromHours(NumPyEpochHours) / epoch:N0} × |");
        }

        return report.ToString();
    }

    private static string Format(TimeSpan time) => time.TotalMinutes < 10
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:F1} s")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:F1} h");

    private static void Line(StringBuilder report, FormattableString line) =>
        report.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private sealed class Contestant(string name, ExecutionOptions execution, ImageSet train, int batchSize, int steps)
    {
        private readonly int[] _indices = [.. Enumerable.Range(0, batchSize)];
        private readonly List<double> _seconds = [];
        private readonly TrainingStep _step = new(
            new Network(NetworkCatalog.Reference(), execution, batchSize, seed: 1), train, new TrainingOptions());

        public string Name => name;

        public int Threads => execution.Threads;

        public double SecondsOfImage => _seconds.Order().ElementAt(_seconds.Count / 2);

        public void WarmUp()
        {
            // The JIT compiles its best code once a method was called often enough and a moment has passed.
            for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < 3;)
            {
                _step.Run(_indices);
            }
        }

        public void Measure()
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < steps; i++)
            {
                _step.Run(_indices);
            }

            _seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds / (steps * batchSize));
        }
    }
}

using System.Globalization;
using CifarFast.Engine.Data;
using CifarFast.Engine.Simd;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Console;

/// <summary>Shows what <c>info</c> found, as plain text of at most 80 columns but for paths and what is wrong.</summary>
internal static class InfoView
{
    private const int TextWidth = 70;

    /// <summary>Writes it.</summary>
    public static void Write(TextWriter output, InfoSummary info)
    {
        Machine machine = info.Machine;
        Line(output, "program", Cut($"CifarFast {info.ProgramVersion}"));
        Line(output, "runtime", Cut($"{machine.Runtime}, {machine.Architecture}"));
        Line(output, "system", Cut(machine.OperatingSystem));
        Line(output, "processor", Cut(machine.Processor.Length > 0 ? machine.Processor : "does not tell its name"));
        Line(output, "", $"{Quantity.Of(machine.LogicalProcessors, "logical processor")}, {(machine.MemoryBytes / 1e9).ToString("F1", CultureInfo.InvariantCulture)} GB of memory");
        Line(output, "simd", info.Simd is SimdTier tier ? $"{tier.Name()} is used, {Because(info)}" : info.SimdTrouble!);
        bool hasThreads = machine.LogicalProcessors > 1;
        Line(output, "peak", $"{"GFLOP/s",-10}{"1 thread",12}{(hasThreads ? $"{Quantity.Of(machine.LogicalProcessors, "thread"),14}" : "")}");
        foreach (PeakFigures peak in info.Peaks)
        {
            string all = hasThreads ? string.Create(CultureInfo.InvariantCulture, $"{peak.AllThreads,14:F1}") : "";
            Line(output, "", string.Create(CultureInfo.InvariantCulture, $"{peak.Tier.Name(),-10}{peak.OneThread,12:F1}{all}"));
        }

        string source = info.Data.Source == "cache" ? "the user's cache" : info.Data.Source;
        Line(output, "data", info.Data switch
        {
            { IsFound: true } => $"{ChoiceName.Of(info.Data.Kind)} in {info.Data.Path} ({source})",
            { Trouble: string trouble, Kind: DatasetKind.Auto } => $"no data set ({source}): {trouble}",
            { Trouble: string trouble } => $"{ChoiceName.Of(info.Data.Kind)} cannot be read ({source}): {trouble}",
            { Path: string path } => $"cifar10 is not found; it would be downloaded to {path}",
            _ => "cifar10 is not found, and this user has no cache to download it to",
        });
        Line(output, "runs", $"{info.Runs} in {info.RunsPath}");
    }

    private static string Because(InfoSummary info) =>
        info.SimdOfEnvironment is null ? $"the best there is; ${SimdTiers.EnvironmentVariable} is not set" : $"as ${SimdTiers.EnvironmentVariable} says";

    private static string Cut(string text) => text.Length > TextWidth ? text[..TextWidth] : text;

    private static void Line(TextWriter output, string topic, string text) => output.WriteLine($"{topic,-10}{text}");
}

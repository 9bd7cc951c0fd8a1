using CifarFast.Benchmarks.Processes;
using CifarFast.Engine.Distributed;

namespace CifarFast.Benchmarks.Reports;

/// <summary>The sections that this program measures.</summary>
internal static class PerformanceReport
{
    /// <summary>The section that several processes measure, which measure no other.</summary>
    private const string Together = "processes";

    private static readonly Dictionary<string, Func<Measurement, Markdown>> _sections = new()
    {
        ["machine"] = _ => MachineReport.Write(),
        ["paths"] = PathReport.Write,
        ["convolutions"] = ConvolutionReport.Write,
        ["products"] = ProductReport.Write,
        ["roofline"] = RooflineReport.Write,
        ["layers"] = LayerReport.Write,
        ["traffic"] = TrafficReport.Write,
        ["evaluation"] = EvaluationReport.Write,
        ["scaling"] = ScalingReport.Write,
        ["epoch"] = EpochReport.Write,
        ["checkpoints"] = CheckpointReport.Write,
        ["recipes"] = _ => RecipesReport.Write(),
        [Together] = ProcessesReport.Write,
    };

    /// <summary>Measures and writes.</summary>
    /// <param name="args">A page, and what <see cref="ReportArguments"/> has beside it.</param>
    /// <exception cref="ArgumentException">They ask for something that there is not.</exception>
    public static void Write(IReadOnlyList<string> args)
    {
        ReportArguments asked = ReportArguments.Parse(args, _sections.Keys);
        if (asked.Page is null)
        {
            throw new ArgumentException("name the page to write into, such as docs/perf/zen5.md");
        }

        var launcher = MpiLauncher.Find(Environment.GetEnvironmentVariable);
        if (asked.Sections.Contains(Together) != launcher is not null || (launcher is not null && asked.Sections.Count > 1))
        {
            throw new ArgumentException($"the section {Together} is measured alone, by {ProcessesReport.CommandLine}");
        }

        if (launcher is { Rank: > 0 })
        {
            ProcessesReport.Follow(asked);
            return;
        }

        Page.Write(asked, _sections.Where(section => section.Key != Together || launcher is not null).ToDictionary());
    }
}

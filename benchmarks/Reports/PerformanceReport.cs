namespace CifarFast.Benchmarks.Reports;

/// <summary>The sections that this program measures.</summary>
internal static class PerformanceReport
{
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

        Page.Write(asked, _sections);
    }
}

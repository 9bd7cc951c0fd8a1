namespace CifarFast.Benchmarks.Reports;

/// <summary>Writes the measured sections of a page such as docs/perf.md, those that it has or those that are named.</summary>
internal static class PerformanceReport
{
    private static readonly Dictionary<string, Func<Markdown>> _sections = new()
    {
        ["machine"] = MachineReport.Write,
        ["paths"] = PathReport.Write,
        ["convolutions"] = ConvolutionReport.Write,
        ["products"] = ProductReport.Write,
        ["layers"] = LayerReport.Write,
        ["evaluation"] = EvaluationReport.Write,
        ["scaling"] = ScalingReport.Write,
        ["epoch"] = EpochReport.Write,
        ["checkpoints"] = CheckpointReport.Write,
        ["recipes"] = RecipesReport.Write,
    };

    /// <summary>Measures and writes.</summary>
    /// <param name="path">The page.</param>
    /// <param name="names">Which sections; none for all that the page has.</param>
    /// <exception cref="ArgumentException">There is no section of a name.</exception>
    public static void Write(string path, IReadOnlyCollection<string> names)
    {
        if (names.FirstOrDefault(name => !_sections.ContainsKey(name)) is string unknown)
        {
            throw new ArgumentException($"there is no section '{unknown}'; there are {string.Join(", ", _sections.Keys)}");
        }

        foreach ((string name, Func<Markdown> write) in _sections.Where(section => names.Count == 0 ? Markdown.HasSection(path, section.Key) : names.Contains(section.Key)))
        {
            Console.WriteLine($"measuring {name}");
            write().WriteTo(path, name);
        }
    }
}

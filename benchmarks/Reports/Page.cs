namespace CifarFast.Benchmarks.Reports;

/// <summary>A page with measured sections: between two lines of comment each, which mark its place.</summary>
internal static class Page
{
    /// <summary>Measures sections and writes them into a page, or to the console where none is named.</summary>
    /// <param name="asked">Which page and sections; a page of figures that is not there is made.</param>
    /// <param name="sections">The sections there are, and what measures them.</param>
    /// <exception cref="ArgumentException">The page has no place for a section.</exception>
    public static void Write(ReportArguments asked, IReadOnlyDictionary<string, Func<Measurement, Markdown>> sections)
    {
        if (asked.Page is string path && !File.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            File.WriteAllText(path, PageTemplate.Of(Path.GetFileNameWithoutExtension(path)));
        }

        string[] names = asked.Sections.Count > 0 ? [.. asked.Sections]
            : asked.Page is null ? [.. sections.Keys]
            : [.. sections.Keys.Where(name => Markdown.HasSection(asked.Page, name))];
        if (names.Length == 0 || (asked.Page is not null && names.Any(name => !Markdown.HasSection(asked.Page, name))))
        {
            throw new ArgumentException($"{asked.Page} has no place for {string.Join(", ", names.DefaultIfEmpty("any section"))}; pages of figures are in docs/perf");
        }

        foreach (string name in names)
        {
            var measurement = new Measurement(name, asked);
            Markdown text = sections[name](measurement);
            measurement.End();
            if (asked.Page is null)
            {
                Console.WriteLine(text);
            }
            else
            {
                text.WriteTo(asked.Page, name);
            }
        }
    }
}

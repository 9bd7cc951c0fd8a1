using System.Globalization;
using System.Reflection;
using System.Text;

namespace CifarFast.Benchmarks.Reports;

/// <summary>A generated part of a page: text and tables, to be put between the two lines that mark its place.</summary>
internal sealed class Markdown
{
    private readonly StringBuilder _text = new();

    /// <summary>The commit this program was built from, and today's date.</summary>
    public static string Provenance
    {
        get
        {
            string version = typeof(Markdown).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "?";
            return string.Create(CultureInfo.InvariantCulture, $"Version {version}, {DateTime.UtcNow:yyyy-MM-dd}.");
        }
    }

    /// <summary>Adds a line.</summary>
    public Markdown Line(FormattableString line)
    {
        _text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
        return this;
    }

    /// <summary>Begins a table; a column whose title ends in a colon is aligned to the right.</summary>
    public Markdown Table(params ReadOnlySpan<string> columns)
    {
        _text.Append('\n');
        foreach (string column in columns)
        {
            _text.Append("| ").Append(column.TrimEnd(':')).Append(' ');
        }

        _text.Append("|\n");
        foreach (string column in columns)
        {
            _text.Append(column.EndsWith(':') ? "| ---: " : "| --- ");
        }

        _text.Append("|\n");
        return this;
    }

    /// <summary>Whether a file has the line that marks the beginning of <paramref name="section"/>.</summary>
    public static bool HasSection(string path, string section) => File.ReadAllText(path).Contains(Begin(section), StringComparison.Ordinal);

    /// <summary>Writes the text into a file, between the lines that mark the beginning and the end of <paramref name="section"/>.</summary>
    /// <exception cref="InvalidDataException">The file has no such lines.</exception>
    public void WriteTo(string path, string section)
    {
        string begin = Begin(section);
        string end = $"<!-- {section}: end -->";
        string text = File.ReadAllText(path);
        int from = text.IndexOf(begin, StringComparison.Ordinal);
        int to = text.IndexOf(end, StringComparison.Ordinal);
        if (from < 0 || to < from)
        {
            throw new InvalidDataException($"{path} has no lines '{begin}' and '{end}' to write between");
        }

        File.WriteAllText(path, $"{text[..(from + begin.Length)]}\n{_text}{text[to..]}");
    }

    private static string Begin(string section) => $"<!-- {section}: begin -->";

    /// <summary>The text.</summary>
    public override string ToString() => _text.ToString();
}

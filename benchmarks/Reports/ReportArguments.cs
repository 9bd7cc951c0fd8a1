using System.Globalization;

namespace CifarFast.Benchmarks.Reports;

/// <summary>What a command line asks of a program that measures: <c>[PAGE] [--sections A,B] [--rounds N]</c>.</summary>
/// <param name="Page">The page to write into, or null.</param>
/// <param name="Sections">Which sections; none for all that there are.</param>
/// <param name="Rounds">How many rounds; null for as many as each section usually takes.</param>
internal sealed record ReportArguments(string? Page, IReadOnlyList<string> Sections, int? Rounds)
{
    /// <summary>Reads a command line.</summary>
    /// <param name="args">The words.</param>
    /// <param name="known">The sections there are.</param>
    /// <exception cref="ArgumentException">It asks for something else.</exception>
    public static ReportArguments Parse(IReadOnlyList<string> args, IReadOnlyCollection<string> known)
    {
        var asked = new ReportArguments(null, [], null);
        for (int i = 0; i < args.Count; i++)
        {
            string Value() => ++i < args.Count ? args[i] : throw new ArgumentException($"{args[i - 1]} lacks its value");
            asked = args[i] switch
            {
                "--sections" => asked with { Sections = Value().Split(',') },
                "--rounds" => asked with { Rounds = ParseRounds(Value()) },
                string option when option.StartsWith('-') => throw new ArgumentException($"there is no option {option}; there are --sections and --rounds"),
                string page when asked.Page is null => asked with { Page = page },
                string other => throw new ArgumentException($"'{other}' is one word too many; sections are named by --sections"),
            };
        }

        return asked.Sections.FirstOrDefault(name => !known.Contains(name)) is string unknown
            ? throw new ArgumentException($"there is no section '{unknown}'; there are {string.Join(", ", known)}")
            : asked;
    }

    private static int ParseRounds(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int rounds) && rounds > 0
        ? rounds
        : throw new ArgumentException($"--rounds takes a whole number from 1, not '{text}'");
}

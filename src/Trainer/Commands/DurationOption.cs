using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.RegularExpressions;

namespace CifarFast.Trainer.Commands;

/// <summary>Options that take a duration as people write it: <c>90s</c>, <c>45m</c>, <c>1h30m</c>.</summary>
internal static partial class DurationOption
{
    /// <summary>The longest a timer of .NET can wait, in whole days.</summary>
    private const int MaxDays = 49;

    /// <summary>An option that may be left out.</summary>
    public static Option<TimeSpan?> CreateOptional(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result => Parse(result, name),
        HelpName = "duration",
    };

    private static TimeSpan? Parse(ArgumentResult result, string name)
    {
        string text = result.Tokens[0].Value;
        Match match = Form().Match(text);
        if (match.Success)
        {
            double seconds = (Number("d") * 86_400) + (Number("h") * 3_600) + (Number("m") * 60) + Number("s");
            if (seconds is > 0 and <= MaxDays * 86_400d)
            {
                return TimeSpan.FromSeconds(seconds);
            }
        }

        result.AddError($"{name} takes a duration such as 90s, 45m or 1h30m, of at most {MaxDays}d, not '{text}'.");
        return null;

        double Number(string unit) => match.Groups[unit] is { Success: true, Value: string digits }
            ? double.Parse(digits, CultureInfo.InvariantCulture)
            : 0;
    }

    [GeneratedRegex(@"^(?=.)((?<d>\d{1,9})d)?((?<h>\d{1,9})h)?((?<m>\d{1,9})m)?((?<s>\d{1,9}(\.\d{1,9})?)s)?$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}

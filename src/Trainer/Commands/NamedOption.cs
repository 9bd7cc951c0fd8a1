using System.CommandLine;
using System.CommandLine.Parsing;
using CifarFast.Trainer.Console;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Commands;

/// <summary>Options that take one of a few names, with an error that says which.</summary>
internal static class NamedOption
{
    /// <summary>An option with the first name as its default.</summary>
    public static Option<T> Create<T>(string name, string description)
        where T : struct, Enum => new(name)
        {
            Description = description,
            CustomParser = result => Parse<T>(result, name),
            HelpName = string.Join('|', Names<T>()),
        };

    /// <summary>An option that may be left out.</summary>
    public static Option<T?> CreateOptional<T>(string name, string description)
        where T : struct, Enum => new(name)
        {
            Description = description,
            CustomParser = result => Parse<T>(result, name),
            HelpName = string.Join('|', Names<T>()),
        };

    private static IEnumerable<string> Names<T>()
        where T : struct, Enum => Enum.GetValues<T>().Select(value => ChoiceName.Of(value));

    private static T Parse<T>(ArgumentResult result, string option)
        where T : struct, Enum
    {
        string text = result.Tokens[0].Value;
        foreach (T value in Enum.GetValues<T>())
        {
            if (string.Equals(ChoiceName.Of(value), text.Replace('_', '-'), StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        result.AddError($"{option} takes {string.Join(" or ", Names<T>())}, not '{text}'{Suggestion.For(text, Names<T>()) ?? "."}");
        return default;
    }
}

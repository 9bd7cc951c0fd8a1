using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace CifarFast.Trainer.Commands;

/// <summary>Options that take a number within bounds, with an error that says what is allowed.</summary>
internal static class NumberOption
{
    /// <summary>An option with a default.</summary>
    public static Option<T> Create<T>(string name, string description, T fallback, Func<T, bool> isValid, string allowed)
        where T : struct, INumber<T> => new(name)
        {
            Description = description,
            DefaultValueFactory = _ => fallback,
            CustomParser = result => Parse(result, name, isValid, allowed),
            HelpName = "n",
        };

    /// <summary>An option that may be left out.</summary>
    public static Option<T?> CreateOptional<T>(string name, string description, Func<T, bool> isValid, string allowed)
        where T : struct, INumber<T> => new(name)
        {
            Description = description,
            CustomParser = result => Parse(result, name, isValid, allowed),
            HelpName = "n",
        };

    private static T Parse<T>(ArgumentResult result, string name, Func<T, bool> isValid, string allowed)
        where T : struct, INumber<T>
    {
        string text = result.Tokens[0].Value;
        // No thousands separators: they would make 15 of a decimal comma's 1,5.
        if (T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out T value) && isValid(value))
        {
            return value;
        }

        result.AddError($"{name} takes {allowed}, not '{text}'.");
        return default;
    }
}

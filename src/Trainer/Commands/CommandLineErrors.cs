using System.CommandLine;
using System.CommandLine.Parsing;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Commands;

/// <summary>Says what is wrong with a command line, in words that name the option or argument: the parser's own do not always.</summary>
internal static class CommandLineErrors
{
    /// <summary>The first error, as a sentence, or null where there is none.</summary>
    public static string? Find(ParseResult parsed)
    {
        OptionResult[] given = [.. parsed.CommandResult.Children.OfType<OptionResult>().Where(option => !option.Implicit)];
        return given.Select(FindIn).FirstOrDefault(error => error is not null)
            ?? parsed.CommandResult.Children.OfType<ArgumentResult>().Select(given => FindIn(given, parsed)).FirstOrDefault(error => error is not null)
            ?? FindIn(parsed);
    }

    private static string? FindIn(OptionResult given)
    {
        Option option = given.Option;
        if (option.Arity.MinimumNumberOfValues == 0)
        {
            return null;
        }

        if (given.IdentifierTokenCount > 1 && option.Arity.MaximumNumberOfValues == 1)
        {
            return $"{option.Name} is given {given.IdentifierTokenCount} times, give it once.";
        }

        if (given.Tokens.Count < given.IdentifierTokenCount)
        {
            return $"{option.Name} lacks its value.";
        }

        // The parser takes whatever follows for the value, be it the next option.
        if (given.Tokens.FirstOrDefault(token => token.Value.StartsWith("--", StringComparison.Ordinal)) is Token next)
        {
            return $"{option.Name} lacks its value, {next.Value} follows.";
        }

        return option.ValueType == typeof(string) ? FindEmpty(option.Name, given.Tokens) : null;
    }

    /// <summary>An argument that takes any number of names takes unknown options for some of them.</summary>
    private static string? FindIn(ArgumentResult given, ParseResult parsed) =>
        given.Tokens.FirstOrDefault(token => token.Value is ['-', _, ..] && !Path.Exists(token.Value)) is Token option
            ? UnknownOption(option.Value, parsed)
            : FindEmpty($"<{given.Argument.Name}>", given.Tokens);

    /// <summary>No file, directory or tier has an empty name, but the system's functions take it for a mistake of the program's.</summary>
    private static string? FindEmpty(string name, IEnumerable<Token> values) =>
        values.Any(value => value.Value.Length == 0) ? $"{name} takes a name, not an empty one." : null;

    private static string? FindIn(ParseResult parsed)
    {
        if (parsed.Errors.Count == 0)
        {
            return null;
        }

        IEnumerable<Command> commands = parsed.CommandResult.Command.Subcommands;
        return parsed.UnmatchedTokens is not [string first, ..] ? parsed.Errors[0].Message
            : first.StartsWith('-') ? UnknownOption(first, parsed)
            : $"Unknown {(commands.Any() ? "command" : "argument")} '{first}'{Suggestion.For(first, commands.Select(command => command.Name)) ?? "."}";
    }

    private static string UnknownOption(string typed, ParseResult parsed)
    {
        string name = typed.Split('=', ':')[0];
        Command command = parsed.CommandResult.Command;
        Command root = parsed.RootCommandResult.Command;
        string[] known = [.. command.Options.Concat(root.Options.Where(option => option.Recursive)).Select(option => option.Name)];
        string[] commands = [.. root.Subcommands.Where(other => other.Options.Any(option => option.Name == name)).Select(other => other.Name)];
        string elsewhere = commands.Length > 0 ? $", which is an option of {string.Join(" and ", commands)}" : "";
        return known.Contains(name)
            ? $"Unknown option '{name}' before '{command.Name}'; it goes behind."
            : $"Unknown option '{name}'{elsewhere}{Suggestion.For(name, known) ?? "."}";
    }
}

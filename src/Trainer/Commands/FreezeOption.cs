using System.CommandLine;
using System.CommandLine.Parsing;

namespace CifarFast.Trainer.Commands;

/// <summary>The option that names parameters which training leaves as they are, and may be given several times.</summary>
internal static class FreezeOption
{
    /// <summary>Makes the option.</summary>
    public static Option<string[]> Create() => new("--freeze")
    {
        Description = "Leave all parameters as they begin whose names begin with this (3. for all of module 3); batch normalisations among them keep their "
            + "running statistics, too. As often as needed.",
        HelpName = "prefix",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = Parse,
    };

    private static string[] Parse(ArgumentResult result)
    {
        string[] prefixes = [.. result.Tokens.Select(token => token.Value)];
        if (prefixes.Contains(""))
        {
            result.AddError("--freeze takes the beginning of a name, not an empty one.");
        }

        return [.. prefixes.Distinct()];
    }
}

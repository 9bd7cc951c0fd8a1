using System.CommandLine;
using System.CommandLine.Parsing;
using CifarFast.Engine.Checkpoints;

namespace CifarFast.Trainer.Commands;

/// <summary>The option that says which tensor of a file is which of the network, and may be given several times.</summary>
internal static class MapOption
{
    /// <summary>Makes the option.</summary>
    public static Option<TensorMapping[]> Create() => new("--map")
    {
        Description = "Where names in a file of weights are not the network's and do not tell either: its tensor old is the network's new. With a dot at both ends (encoder.=0.) all names that begin so. As often as needed.",
        HelpName = "old=new",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = Parse,
    };

    private static TensorMapping[] Parse(ArgumentResult result)
    {
        var mappings = new List<TensorMapping>();
        foreach (string text in result.Tokens.Select(token => token.Value))
        {
            if (!TensorMapping.TryParse(text, out TensorMapping? mapping))
            {
                result.AddError($"--map takes old=new, two names of tensors or two beginnings of names that end with a dot, not '{text}'.");
            }
            else if (mappings.Find(other => other.From == mapping.From || (other.To == mapping.To && other.To.Length > 0)) is TensorMapping other)
            {
                result.AddError($"--map {mapping} and --map {other} are about the same tensor.");
            }
            else
            {
                mappings.Add(mapping);
            }
        }

        return [.. mappings];
    }
}

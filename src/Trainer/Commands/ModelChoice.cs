using System.CommandLine;
using CifarFast.Engine.Checkpoints;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Commands;

/// <summary>The model a command works on, which a person names as the first argument or with an option.</summary>
internal sealed class ModelChoice
{
    /// <summary>What names it by its place.</summary>
    public Argument<string?> Argument { get; } = new("model")
    {
        Description = $"A checkpoint, weights in the safetensors or .npz format, or a run's folder or {RunName.Latest}, which stands for the weights that its recipe makes for.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>What names it wherever it stands.</summary>
    public Option<string?> Option { get; } = new("--checkpoint")
    {
        Description = "The same as <model>, which is left out then.",
        HelpName = $"file|run|{RunName.Latest}",
    };

    /// <summary>Which of a run's weights it is.</summary>
    public Option<RunWeights?> Weights { get; } = NamedOption.CreateOptional<RunWeights>(
        "--weights", "Which weights of a run: those of its best epoch, or the last. Default: best; last where the recipe plans the learning rate to the end of the run.");

    /// <summary>What says which tensor in its file is which.</summary>
    public Option<TensorMapping[]> Map { get; } = MapOption.Create();

    /// <summary>What was said of its tensors.</summary>
    public TensorMapping[] Mappings(ParseResult parsed) => parsed.GetValue(Map) ?? [];

    /// <summary>The file of the model.</summary>
    /// <exception cref="UsageException">It is named twice, or not at all.</exception>
    /// <exception cref="RunException">There is no such run, or nothing in it.</exception>
    public string Find(ParseResult parsed) => (parsed.GetValue(Argument), parsed.GetValue(Option)) switch
    {
        (string name, null) => ModelFile.Find(option: "", name, parsed.GetValue(Weights)),
        (null, string name) => ModelFile.Find(Option.Name, name, parsed.GetValue(Weights)),
        (string name, string other) => throw new UsageException($"the model is named twice, '{name}' and {Option.Name} '{other}'; name it once"),
        _ => throw Missing(parsed, "a model"),
    };

    /// <summary>The file of the model, and the arguments that follow it: all of them, where an option names the model.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="rest">What follows.</param>
    /// <param name="what">What that is, in the message.</param>
    /// <exception cref="UsageException">There is no model, or nothing that follows it.</exception>
    /// <exception cref="RunException">There is no such run, or nothing in it.</exception>
    public (string Model, string[] Others) Find(ParseResult parsed, Argument<string[]> rest, string what)
    {
        string? first = parsed.GetValue(Argument);
        string[] others = parsed.GetValue(rest)!;
        return (first, parsed.GetValue(Option)) switch
        {
            (string picture, string name) => (ModelFile.Find(Option.Name, name, parsed.GetValue(Weights)), [picture, .. others]),
            (string name, null) when others.Length > 0 => (ModelFile.Find(option: "", name, parsed.GetValue(Weights)), others),
            (string name, null) => throw Missing(parsed, $"a model and {what}; '{name}' is only one of them"),
            (null, string) => throw Missing(parsed, what),
            _ => throw Missing(parsed, $"a model and {what}"),
        };
    }

    private static UsageException Missing(ParseResult parsed, string what)
    {
        string command = parsed.CommandResult.Command.Name;
        return new UsageException($"{command} needs {what}. See 'cifarfast {command} --help'.");
    }
}

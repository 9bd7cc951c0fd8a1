using System.CommandLine;
using CifarFast.Engine.Recipes;
using CifarFast.Trainer.Console;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Commands;

/// <summary>The command <c>recipes</c>: what can be trained without saying more than a name.</summary>
internal static class RecipesCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Session session)
    {
        var name = new Argument<string?>("recipe") { Description = "Show this one whole; without it, all are listed.", Arity = ArgumentArity.ZeroOrOne };
        Option<string?> json = CommonOptions.Json("them");
        var command = new Command("recipes", "Lists the recipes for train --recipe, or shows one.") { name, json };
        command.SetAction(parsed =>
        {
            OutputFile? record = OutputFile.Find(json, parsed, session);
            IReadOnlyList<RecipeSummary> summaries = parsed.GetValue(name) is string one
                ? [new RecipeSummary(Find(one))]
                : [.. RecipeCatalog.All.Select(recipe => new RecipeSummary(recipe))];
            TextWriter output = OutputFile.KeepApart(session, record, TextWriter.Null).Output;
            if (parsed.GetValue(name) is null)
            {
                RecipesView.WriteTable(output, summaries);
            }
            else
            {
                RecipesView.Write(output, summaries[0]);
            }

            record?.Write(file => RunJson.Write(file, summaries, RunJson.Readable.IReadOnlyListRecipeSummary));
        });
        return command;
    }

    /// <summary>The recipe called <paramref name="name"/>.</summary>
    /// <param name="name">The name that was typed.</param>
    /// <param name="option">The option that it was typed behind, or nothing.</param>
    /// <exception cref="UsageException">There is none.</exception>
    public static Recipe Find(string name, string option = "") => RecipeCatalog.Find(name) ?? throw new UsageException(
        $"{(option.Length > 0 ? $"{option}: " : "")}there is no recipe '{name}'{Suggestion.For(name, RecipeCatalog.All.Select(recipe => recipe.Name)) ?? "; the command recipes lists those there are"}");
}

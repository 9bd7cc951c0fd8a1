using System.Globalization;
using CifarFast.Engine.Recipes;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Console;

/// <summary>Shows recipes, as plain text of at most 80 columns but for where they come from.</summary>
internal static class RecipesView
{
    /// <summary>Writes a row a recipe.</summary>
    public static void WriteTable(TextWriter output, IReadOnlyList<RecipeSummary> recipes)
    {
        Line(output, $"{"recipe",-18}{"epochs",8}{"batch",7}{"parameters",12}{"multiply-adds",15}  test accuracy");
        foreach (RecipeSummary summary in recipes)
        {
            Recipe recipe = summary.Recipe;
            Line(output, $"{recipe.Name,-18}{recipe.Epochs,8:0.##}{recipe.BatchSize,7}{summary.Parameters,12:N0}{summary.MultiplyAdds,15:N0}  {summary.Accuracy}");
        }
    }

    /// <summary>Writes all of one.</summary>
    public static void Write(TextWriter output, RecipeSummary summary)
    {
        Recipe recipe = summary.Recipe;
        Line(output, $"recipe    {recipe.Name}, of {summary.Source}");
        Line(output, $"accuracy  {summary.Accuracy}");
        LayerTable.Write(output, summary.Network);
        Line(output, $"training  {RecipeText.Length(recipe)}");
        foreach (string line in RecipeText.Lines(recipe))
        {
            Line(output, $"          {line}");
        }

        Line(output, $"seed      {recipe.Seed}");
    }

    private static void Line(TextWriter output, FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture).TrimEnd());
}

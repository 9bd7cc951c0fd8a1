using CifarFast.Engine.Inference;
using CifarFast.Engine.Tensors;

namespace CifarFast.Trainer.Console;

/// <summary>Says what of a trained network a run begins with, where that is not all of it.</summary>
internal static class PretrainedView
{
    private const string Indent = "          ";
    private const int LineWidth = 80;

    /// <summary>More names tell a person nothing.</summary>
    private const int MostNames = 40;

    /// <summary>Writes nothing where everything is kept and images are of the same size.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="images">The shape of the images.</param>
    /// <param name="classNames">What their classes mean.</param>
    public static void Write(TextWriter output, PretrainedWeights weights, Shape images, IReadOnlyList<string> classNames)
    {
        if (weights.DrawnParameters(classNames) is { Count: > 0 } drawn)
        {
            string names = string.Join(" and ", drawn);
            IReadOnlyList<string> kept = weights.KeptClasses(classNames);
            string normalisation = weights.InputShape is null ? "" : ", normalisation included";
            output.WriteLine($"{Indent}of {Quantity.Of(weights.Classes, "class", "classes")}: kept but for {names}{normalisation}");
            output.WriteLine(kept.Count == 0
                ? $"{Indent}{names} drawn anew, as no class has the name of one before"
                : $"{Indent}of {names}, {Quantity.Of(classNames.Count - kept.Count, "class", "classes")} drawn anew and {kept.Count} kept, by name:");
            string more = kept.Count > MostNames ? $" and {kept.Count - MostNames} more" : "";
            foreach (string line in Lines(kept.Take(MostNames), more))
            {
                output.WriteLine($"{Indent}  {line}");
            }
        }

        if (weights.InputShape is Shape before && before != images)
        {
            output.WriteLine($"{Indent}made for images of {before}, which these, of {images}, are not");
        }
    }

    private static IEnumerable<string> Lines(IEnumerable<string> names, string end)
    {
        string[] all = [.. names.Select(PlainText.Of)];
        string line = "";
        for (int i = 0; i < all.Length; i++)
        {
            string next = all[i] + (i < all.Length - 1 ? "," : end);
            if (line.Length > 0 && Indent.Length + 2 + line.Length + 1 + next.Length > LineWidth)
            {
                yield return line;
                line = "";
            }

            line = line.Length == 0 ? next : $"{line} {next}";
        }

        if (line.Length > 0)
        {
            yield return line;
        }
    }
}

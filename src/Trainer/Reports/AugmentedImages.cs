using System.Globalization;
using CifarFast.Engine.Data;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Tensors;

namespace CifarFast.Trainer.Reports;

/// <summary>The first training images of a run as its network saw them in the first epoch.</summary>
/// <param name="Shape">Channels × height × width.</param>
/// <param name="Images">Each as floats, plane by plane and row by row, and the classes it is of, the heavier first.</param>
internal sealed record AugmentedImages(Shape Shape, IReadOnlyList<(float[] Pixels, IReadOnlyList<string> Classes)> Images)
{
    private const int Shown = 20;

    /// <summary>Transforms the first images again; null where the recipe leaves images as they are.</summary>
    /// <param name="train">What the run trains on.</param>
    /// <param name="recipe">Its recipe.</param>
    /// <param name="classNames">What labels mean.</param>
    public static AugmentedImages? Of(ImageSet train, Recipe recipe, IReadOnlyList<string> classNames)
    {
        if (recipe.Transforms.Count == 0)
        {
            return null;
        }

        var loader = new DataLoader(train, Math.Min(recipe.BatchSize, train.Count), shuffle: true, recipe.Seed, recipe.DropLast, recipe.Transforms);
        return new AugmentedImages(train.Shape, [.. loader.Epoch(1).SelectMany(batch => Of(batch, classNames)).Take(Shown)]);
    }

    private static IEnumerable<(float[] Pixels, IReadOnlyList<string> Classes)> Of(Batch batch, IReadOnlyList<string> classNames)
    {
        float[] probabilities = new float[batch.Count * classNames.Count];
        batch.CopyProbabilities(probabilities);
        for (int i = 0; i < batch.Count; i++)
        {
            float[] pixels = new float[batch.Images.Shape.Count];
            batch.CopyImage(i, pixels);
            yield return (pixels, Classes(probabilities[(i * classNames.Count)..((i + 1) * classNames.Count)], classNames));
        }
    }

    /// <summary>As <c>cat</c>, or where images of two classes are mixed <c>cat 70 %</c> and <c>dog 30 %</c>.</summary>
    private static string[] Classes(float[] probabilities, IReadOnlyList<string> classNames)
    {
        int[] classes = [.. Enumerable.Range(0, probabilities.Length).Where(c => probabilities[c] > 0).OrderByDescending(c => probabilities[c])];
        return classes.Length == 1
            ? [classNames[classes[0]]]
            : Array.ConvertAll(classes, c => string.Create(CultureInfo.InvariantCulture, $"{classNames[c]} {100 * probabilities[c]:F0} %"));
    }
}

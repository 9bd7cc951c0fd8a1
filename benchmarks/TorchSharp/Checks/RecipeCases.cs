using CifarFast.Engine.Data;
using CifarFast.Engine.Losses;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Randomness;
using CifarFast.Engine.Recipes;

namespace CifarFast.Benchmarks.TorchSharp.Checks;

/// <summary>Each recipe: its network as it begins, its loss, and its optimizer with groups and schedule, beside other optimizers.</summary>
internal static class RecipeCases
{
    private const int Samples = 2;
    private const int Classes = 10;

    /// <summary>What initial weights are computed from.</summary>
    private const int Images = 64;

    public static IEnumerable<CheckCase> All => RecipeCatalog.All.Select(Create);

    private static CheckCase Create(Recipe recipe)
    {
        ImageSet images = Noise();
        Architecture network = recipe.Network(images.Shape, Classes);
        var batch = new Batch(images);
        int pixels = images.Shape.Count;
        float[] samples = new float[Samples * pixels];
        for (int i = 0; i < Samples; i++)
        {
            batch.CopyImage(i, samples.AsSpan(i * pixels, pixels));
        }

        Optimizer[] others = [Optimizers.Sgd, Optimizers.AdamW, Optimizers.Muon(network)];
        return new CheckCase
        {
            Architecture = network,
            Samples = samples,
            Labels = batch.Labels[..Samples].ToArray(),
            Initialize = made => recipe.Initialize(made, images),
            Loss = (CrossEntropyLoss)recipe.Loss,
            Schedule = recipe.Schedule,
            Optimizers = [recipe.Optimizer, .. others.Where(other => other.GetType() != recipe.Optimizer.GetType())],
        };
    }

    /// <summary>
    /// Images without even surfaces: where neighbours are equal, rounding decides which of them a pooling takes, and with that where a gradient goes.
    /// </summary>
    private static ImageSet Noise()
    {
        const int size = 32;
        var random = new Xoshiro256(seed: 1);
        byte[] pixels = [.. Enumerable.Range(0, Images * 3 * size * size).Select(_ => (byte)random.NextInt32(256))];
        return new ImageSet(3, size, size, pixels, Enumerable.Range(0, Images).Select(_ => random.NextInt32(Classes)).ToArray());
    }
}

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
        ImageSet images = Noise(SeedOf(recipe));
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
    /// Where the two largest values of a window are equal but for rounding, that decides which of them a pooling takes, and with that where a gradient goes.
    /// With seed 1 this happens in one of the 105,472 windows of airbench96 in SGD's third step: 109 weights, all of that window's filter, are off by up
    /// to 3e-3 of the largest change. With seed 2 all its windows have their maxima where libtorch has them. A ReLU whose input is zero but for
    /// rounding does the same: of resnet20's optimizers one was off with seeds 1 and 3, another one each time, and none with 4 and 5.
    /// </summary>
    private static ulong SeedOf(Recipe recipe) => recipe.Name switch
    {
        Airbench96Recipe.Name => 2,
        ResNet20Recipe.Name => 4,
        _ => 1,
    };

    /// <summary>Images without even surfaces, on which neighbours would be equal.</summary>
    private static ImageSet Noise(ulong seed)
    {
        const int size = 32;
        var random = new Xoshiro256(seed);
        byte[] pixels = [.. Enumerable.Range(0, Images * 3 * size * size).Select(_ => (byte)random.NextInt32(256))];
        return new ImageSet(3, size, size, pixels, Enumerable.Range(0, Images).Select(_ => random.NextInt32(Classes)).ToArray());
    }
}

using CifarFast.Engine.Data;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Formats.Onnx;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tests.Execution;
using CifarFast.Engine.Tests.Training;
using CifarFast.Engine.Training;

namespace CifarFast.Engine.Tests.Formats.Onnx;

/// <summary>The network of every recipe, a few steps on its way, whose weights and running statistics are no longer what they began with.</summary>
public class OnnxRecipeTests
{
    private const int Images = 8;
    private const int Steps = 2;

    public static TheoryData<string> Recipes => [.. RecipeCatalog.All.Select(recipe => recipe.Name)];

    [Theory]
    [MemberData(nameof(Recipes))]
    public void ONNX_Runtime_classes_images_as_in_the_engine(string name) =>
        AssertAgree(name, TrainingFixture.Images.Train.Take(Images), TrainingFixture.Images.Test.Take(Images), classes: 10);

    [Theory]
    [InlineData("minute", 3, 64, 3)]
    [InlineData("airbench94", 3, 64, 3)]
    [InlineData("minute", 3, 32, 100)]
    [InlineData("airbench94", 3, 32, 100)]
    [InlineData("minute", 1, 28, 10)]
    public void So_it_does_with_images_and_classes_of_other_sets(string name, int channels, int side, int classes) =>
        AssertAgree(name, Noise(channels, side, classes, seed: 1), Noise(channels, side, classes, seed: 2), classes);

    private static void AssertAgree(string name, ImageSet train, ImageSet test, int classes)
    {
        Recipe recipe = RecipeCatalog.Find(name)!.For(Images) with { MaxSteps = Steps };
        using var network = new Network(recipe.Network(train.Shape, classes), ExecutionPaths.Options(SimdTiers.Best.Name(), threads: 2), recipe.BatchSize, recipe.Seed);
        recipe.Initialize(network, train, TestContext.Current.CancellationToken);
        var session = new TrainingSession(network, new TrainingData(train), recipe);
        session.Run(new Recorder(), TestContext.Current.CancellationToken);

        // As it is evaluated: by running statistics, with the kernels of networks that only classify.
        using Network evaluated = session.Model.WithoutGradients(test.Count);
        float[] expected = Exported.Outputs(evaluated, test);
        using var onnx = new OnnxSession(Exported.Model(evaluated));
        Assert.Empty(onnx.Complaints);
        float[] logits = [.. Enumerable.Range(0, test.Count).Chunk(100).SelectMany(batch => onnx.Run(Exported.Samples(test, batch[0], batch.Length))[OnnxModel.LogitsName])];

        // Relative to the largest logit, as recipes scale theirs.
        float worst = Exported.LargestDifference(expected, logits) / expected.Max(Math.Abs);
        TestContext.Current.TestOutputHelper?.WriteLine($"largest difference of {expected.Length} logits from {expected.Min()} to {expected.Max()}: {worst:E2} of the largest");
        Assert.InRange(worst, 0, 1e-4f);
        Assert.Equal(Likeliest(expected, classes), Likeliest(logits, classes));
    }

    private static IEnumerable<int> Likeliest(float[] logits, int classes) => logits.Chunk(classes).Select(image => Array.IndexOf(image, image.Max()));

    private static ImageSet Noise(int channels, int side, int classes, int seed)
    {
        byte[] pixels = new byte[Images * channels * side * side];
        new Random(seed).NextBytes(pixels);
        return new ImageSet(channels, side, side, pixels, Enumerable.Range(0, Images).Select(i => i % classes).ToArray());
    }
}

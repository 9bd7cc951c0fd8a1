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
    public void ONNX_Runtime_classes_images_as_in_the_engine(string name)
    {
        (ImageSet train, ImageSet test) = (TrainingFixture.Images.Train.Take(Images), TrainingFixture.Images.Test.Take(Images));
        Recipe recipe = RecipeCatalog.Find(name)!.For(Images) with { MaxSteps = Steps };
        using var network = new Network(recipe.Network(train.Shape, 10), ExecutionPaths.Options(SimdTiers.Best.Name(), threads: 2), recipe.BatchSize, recipe.Seed);
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
        Assert.Equal(Classes(expected), Classes(logits));
    }

    private static IEnumerable<int> Classes(float[] logits) => logits.Chunk(10).Select(image => Array.IndexOf(image, image.Max()));
}

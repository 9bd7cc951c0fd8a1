using System.Text;
using CifarFast.Engine.Data;
using CifarFast.Engine.Data.Transforms;
using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Execution;
using CifarFast.Engine.Tests.Training;
using CifarFast.Engine.Training;

namespace CifarFast.Engine.Tests.Recipes;

/// <summary>Recipes on images that are not those of CIFAR-10: other sizes, channels, numbers of classes, and such as may not be mirrored.</summary>
public sealed class AdaptedRecipeTests
{
    public static TheoryData<string> Recipes => [.. RecipeCatalog.All.Select(recipe => recipe.Name)];

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Recipes))]
    public void Networks_are_made_for_any_size_and_number_of_classes(string name)
    {
        Recipe recipe = RecipeCatalog.Find(name)!;
        int[][] shapes = [[1, 28, 28], [3, 24, 24], [3, 64, 64], [3, 128, 128], [1, 17, 17], [3, 30, 45], [4, 32, 32]];
        foreach (int[] shape in shapes)
        {
            foreach (int classes in new[] { 2, 100, 1000 })
            {
                var input = new Shape(shape[0], shape[1], shape[2]);
                Assert.Equal(new Shape(classes), recipe.Network(input, classes).OutputShape);
                var normalize = new Normalize([.. Enumerable.Repeat(0.25f, shape[0])], [.. Enumerable.Repeat(0.5f, shape[0])]);
                Architecture measured = recipe.Network(input, classes, normalize);
                Assert.Equal(name == "reference" ? [] : new[] { normalize }, measured.Layers.OfType<Normalize>());
                string json = measured.ToJson()!;
                Assert.Equal(json, Architecture.FromJson(Encoding.UTF8.GetBytes(json)).ToJson());
            }
        }
    }

    [Theory]
    [InlineData("reference", 1, 28, 28, 10)]
    [InlineData("reference", 3, 30, 21, 2)]
    [InlineData("minute", 1, 28, 28, 10)]
    [InlineData("minute", 3, 33, 20, 3)]
    [InlineData("airbench94", 1, 24, 24, 2)]
    [InlineData("resnet20", 1, 28, 28, 1000)]
    public void A_step_is_made_with_the_same_bits_for_any_threads_and_tier(string name, int channels, int height, int width, int classes)
    {
        byte[] pixels = [.. Enumerable.Range(0, 2 * channels * height * width).Select(i => (byte)((i * 29) ^ (i / 77)))];
        var images = new ImageSet(channels, height, width, pixels, Enumerable.Range(0, 2).Select(i => i % classes).ToArray());
        Normalize normalize = images.MeasureNormalize(_cancellation);
        Recipe recipe = RecipeCatalog.Find(name)!.For(normalize, mirrorKeepsClasses: false) with { BatchSize = 2, Epochs = 1, LeastSteps = 0 };
        float[] expected = Weights("vector128", threads: 1);
        Assert.All(expected, weight => Assert.True(float.IsFinite(weight)));
        Assert.Equal(expected, Weights(SimdTiers.Best.Name(), threads: 2));

        float[] Weights(string tier, int threads)
        {
            using var network = new Network(recipe.Network(images.Shape, classes, normalize), ExecutionPaths.Options(tier, threads), 2, recipe.Seed);
            recipe.Initialize(network, images, _cancellation);
            var session = new TrainingSession(network, new TrainingData(images, Test: images), recipe);
            session.Run(new Recorder(), _cancellation);
            return [.. network.Parameters.SelectMany(parameter =>
            {
                float[] values = new float[parameter.Shape.Count];
                parameter.CopyTo(values);
                return values;
            })];
        }
    }

    [Fact]
    public void What_mirrors_is_left_out_where_mirror_images_are_of_other_classes()
    {
        var normalize = new Normalize([0.125f], [0.25f]);
        foreach (Recipe recipe in RecipeCatalog.All)
        {
            Recipe kept = recipe.For(normalize, mirrorKeepsClasses: true);
            Recipe without = recipe.For(normalize, mirrorKeepsClasses: false);
            Assert.Equal(recipe.TestTimeAugmentation, kept.TestTimeAugmentation);
            Assert.Equal(recipe.Transforms.Count, kept.Transforms.Count);
            Assert.DoesNotContain(without.Transforms, transform => transform is AlternatingFlip or RandomHorizontalFlip);
            Assert.Equal(recipe.Transforms.Where(transform => transform is RandomTranslate), without.Transforms.Where(transform => transform is RandomTranslate));
            Assert.Equal(recipe.TestTimeAugmentation.WithoutMirror(), without.TestTimeAugmentation);

            // What cutout covers is what the network takes for zero.
            Assert.All(kept.Transforms.OfType<Cutout>(), cutout => Assert.Equal([0.125f], cutout.Fill));
        }
    }

    [Fact]
    public void The_sets_that_recipes_were_made_for_change_nothing_about_them()
    {
        ImageDataset drawn = SyntheticImages.Create(1, 10, 10, _cancellation);
        foreach (Recipe recipe in RecipeCatalog.All)
        {
            Recipe same = recipe.For(drawn.Normalize!, drawn.MirrorKeepsClasses);
            Assert.Equal(recipe.Transforms.Select(transform => transform.ToString()), same.Transforms.Select(transform => transform.ToString()));
            Assert.Equal(recipe.Network(drawn.Train.Shape, 10).ToJson(), recipe.Network(drawn.Train.Shape, 10, drawn.Normalize).ToJson());
        }
    }
}

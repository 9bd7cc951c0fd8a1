using CifarFast.Engine.Data;
using CifarFast.Engine.Data.Transforms;
using CsCheck;

namespace CifarFast.Engine.Tests.Data;

/// <summary>Epochs that draw every class equally often.</summary>
public sealed class BalancedOrderTests
{
    [Fact]
    public void Every_class_comes_equally_often_and_no_image_twice_before_all_of_its_class_came_once() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 1000], Gen.Int[0, 6].Array[1, 200]).Sample(
            (seed, epoch, labels) =>
            {
                (int[] images, _) = EpochOrder.Balanced(seed, epoch, labels);
                Assert.Equal(labels.Length, images.Length);
                int classes = labels.Distinct().Count();
                foreach (IGrouping<int, int> ofClass in Enumerable.Range(0, labels.Length).GroupBy(image => labels[image]))
                {
                    int[] drawn = [.. ofClass.Select(image => images.Count(other => other == image))];
                    Assert.InRange(drawn.Sum(), labels.Length / classes, (labels.Length / classes) + 1);
                    Assert.InRange(drawn.Max() - drawn.Min(), 0, 1);
                }
            },
            iter: 200);

    [Fact]
    public void It_is_a_function_of_seed_and_epoch_and_differs_between_them()
    {
        int[] labels = Skewed();
        (int[] images, int[] numbers) = EpochOrder.Balanced(7, 3, labels);
        (int[] again, int[] numbersAgain) = EpochOrder.Balanced(7, 3, labels);
        Assert.Equal(images, again);
        Assert.Equal(numbers, numbersAgain);
        Assert.NotEqual(images, EpochOrder.Balanced(7, 4, labels).Images);
        Assert.NotEqual(images, EpochOrder.Balanced(8, 3, labels).Images);
        Assert.Throws<ArgumentOutOfRangeException>(() => EpochOrder.Balanced(7, -1, labels));
    }

    /// <summary>Of the many images of the large class those of one epoch are not those of the next.</summary>
    [Fact]
    public void Images_of_a_large_class_take_turns()
    {
        int[] labels = Skewed();
        int[] often = [.. Enumerable.Range(0, 60).SelectMany(epoch => EpochOrder.Balanced(1, epoch, labels).Images).CountBy(image => image).OrderBy(pair => pair.Key).Select(pair => pair.Value)];
        Assert.Equal(labels.Length, often.Length);

        // Of 90 images 50 are drawn an epoch: 33 times in 60, with a standard deviation of 4.
        Assert.All(often[..90], count => Assert.InRange(count, 14, 52));
        Assert.All(often[90..], count => Assert.Equal(300, count));
    }

    [Fact]
    public void An_image_that_comes_again_is_another_one_to_random_transforms()
    {
        (int[] images, int[] numbers) = EpochOrder.Balanced(1, 1, Skewed());
        Assert.Equal(numbers.Length, numbers.Distinct().Count());
        Assert.All(images.Zip(numbers), pair => Assert.Equal(pair.First, pair.Second % 100));
        Assert.All(images.Distinct(), image => Assert.Contains(image, numbers));

        var set = new ImageSet(1, 8, 8, Enumerable.Range(0, 10 * 64).Select(i => (byte)(i * 37)).ToArray(), new[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 });
        Batch batch = new DataLoader(set, batchSize: 10, seed: 3, transforms: [new RandomTranslate(3)], balanced: true).Epoch(1)[0];
        Assert.Equal(5, batch.Labels.ToArray().Count(label => label == 1));
        string[] seen = [.. Enumerable.Range(0, 10).Where(i => batch.Labels[i] == 1).Select(i => string.Join(' ', Image(batch, i)))];
        Assert.True(seen.Distinct().Count() > 2, "the one image of a class is moved alike each time that it comes");
    }

    private static float[] Image(Batch batch, int index)
    {
        float[] image = new float[64];
        batch.CopyImage(index, image);
        return image;
    }

    /// <summary>Ninety images of a class and ten of another.</summary>
    private static int[] Skewed() => [.. Enumerable.Repeat(0, 90), .. Enumerable.Repeat(1, 10)];
}

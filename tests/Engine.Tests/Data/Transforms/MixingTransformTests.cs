using CifarFast.Engine.Data;
using CifarFast.Engine.Data.Transforms;
using CifarFast.Engine.Losses;
using CifarFast.Engine.Recipes;
using CommunityToolkit.HighPerformance;

namespace CifarFast.Engine.Tests.Data.Transforms;

/// <summary>
/// Transforms that mix images and their classes. Each image here is a class of its own, so that probabilities tell which it is mixed with.
/// </summary>
public sealed class MixingTransformTests
{
    private const int Count = 40;

    private static readonly Transform[] _before = [new RandomHorizontalFlip(), new RandomTranslate(2)];

    public static TheoryData<int, int, int> Sizes => Samples.Sizes;

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Mixup_blends_an_image_with_another_one_that_is_transformed_too(int channels, int height, int width)
    {
        ImageSet images = Samples.Images(Count, channels, height, width, classes: Count);
        float[][] before = Samples.Transformed(images, _before);
        Transform[] transforms = [.. _before, new Mixup(1), new RandomContrast(0.2f)];

        // What comes after a mixture works on it as it does on any image.
        var black = new ImageSet(1, 1, 1, new byte[Count], new int[Count]);
        float[][] contrast = Samples.Transformed(black, [_before[0], new RandomTranslate(1, PaddingMode.Zeros), new Mixup(1), new RandomContrast(0.2f)]);
        Batch batch = Whole(images, transforms);
        for (int i = 0; i < Count; i++)
        {
            (int partner, float share) = MixtureOf(batch, i);
            float factor = 1 - (2 * contrast[i][0]);
            double[] expected = [.. before[i].Select((pixel, place) => 0.5 + (factor * ((share * pixel) + ((1 - share) * before[partner][place]) - 0.5)))];
            Assert.All(Samples.Image(batch, i), (pixel, place) => Assert.Equal(expected[place], pixel, 1e-5));
        }
    }

    [Theory]
    [InlineData(3, 4, 3)]
    [InlineData(3, 9, 8)]
    [InlineData(3, 64, 64)]
    public void Cutmix_puts_a_rectangle_of_another_image_in_and_mixes_classes_by_area(int channels, int height, int width)
    {
        ImageSet images = Samples.Images(Count, channels, height, width, classes: Count);
        float[][] before = Samples.Transformed(images, _before);
        Batch batch = Whole(images, [.. _before, new CutMix(1)]);
        int mixed = 0;
        for (int i = 0; i < Count; i++)
        {
            (int partner, float share) = MixtureOf(batch, i);
            float[] image = Samples.Image(batch, i);
            bool IsReplaced(int place) => Enumerable.Range(0, channels).Select(channel => (channel * height * width) + place).Any(at => image[at] != before[i][at]);
            int[] replaced = [.. Enumerable.Range(0, height * width).Where(IsReplaced)];
            int top = replaced.Select(place => place / width).DefaultIfEmpty(0).Min();
            int bottom = replaced.Select(place => place / width).DefaultIfEmpty(-1).Max();
            int left = replaced.Select(place => place % width).DefaultIfEmpty(0).Min();
            int right = replaced.Select(place => place % width).DefaultIfEmpty(-1).Max();

            Assert.Equal(1 - ((bottom - top + 1) * (right - left + 1) / (double)(height * width)), share, 1e-6);
            Assert.Equal(
                Samples.Make(images, (channel, row, column) =>
                    (row >= top && row <= bottom && column >= left && column <= right ? before[partner] : before[i])[(((channel * height) + row) * width) + column]),
                image);
            mixed += replaced.Length > 0 ? 1 : 0;
        }

        Assert.InRange(mixed, 10, Count);
    }

    [Fact]
    public void Partners_go_round_and_change_from_batch_to_batch_and_epoch_to_epoch()
    {
        ImageSet images = Samples.Images(Count, 1, 2, 2, classes: Count);
        var loader = new DataLoader(images, 20, shuffle: false, seed: 5, dropLast: false, [new Mixup(1)]);
        int[] Partners(int epoch, int batch) => [.. Enumerable.Range(0, 20).Select(i => MixtureOf(loader.Epoch(epoch)[batch], i, Count).Partner - (20 * batch))];

        int[] first = Partners(1, 0);
        Assert.Equal(Enumerable.Range(0, 20), first.Order());
        Assert.DoesNotContain(first, first.Where((partner, i) => partner == i).Contains);
        Assert.Equal(first, Partners(1, 0));
        Assert.NotEqual(first, Partners(1, 1));
        Assert.NotEqual(first, Partners(2, 0));
    }

    [Fact]
    public void An_image_alone_and_images_of_one_class_keep_it()
    {
        ImageSet alone = Samples.Images(1, 3, 4, 4);
        Batch batch = Whole(alone, [new CutMix(1)]);
        float[] probabilities = new float[10];
        batch.CopyProbabilities(probabilities);
        Assert.Equal(1, probabilities[0]);
        Assert.Equal(Samples.Plain(alone, 0), Samples.Image(batch, 0));

        float[] all = new float[8];
        Whole(Samples.Images(4, 3, 4, 4, classes: 1), [new Mixup(1)]).CopyProbabilities(all);
        Assert.Equal([1, 0, 1, 0, 1, 0, 1, 0], all);
        new Batch(Samples.Images(4, 3, 4, 4, classes: 2)).CopyProbabilities(all);
        Assert.Equal([1, 0, 0, 1, 1, 0, 0, 1], all);
        Assert.Throws<ArgumentException>(() => batch.CopyProbabilities([]));
        Assert.Throws<ArgumentException>(() => new Batch(Samples.Images(4, 1, 1, 1)).CopyProbabilities(new float[42]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Batch(Samples.Images(4, 1, 1, 1)).CopyProbabilities(new float[12]));
    }

    [Fact]
    public void Shares_are_of_the_distribution_that_is_asked_for()
    {
        ImageSet images = Samples.Images(2000, 1, 1, 1, classes: 2000);
        Batch batch = Whole(images, [new Mixup(2)]);
        float[] probabilities = new float[2000 * 2000];
        batch.CopyProbabilities(probabilities);
        Samples.AreOf(Enumerable.Range(0, 2000).Select(i => (double)probabilities[(i * 2000) + i]), value => value * value * (3 - (2 * value)));
    }

    [Fact]
    public void A_loss_takes_the_mixture_and_counts_the_heavier_class()
    {
        ImageSet images = Samples.Images(Count, 1, 3, 3);
        Batch batch = Whole(images, [new Mixup(1)]);
        float[] probabilities = new float[Count * 10];
        batch.CopyProbabilities(probabilities);
        float[,] logits = new float[Count, 10];
        for (int i = 0; i < Count; i++)
        {
            float[] ofImage = probabilities[(10 * i)..(10 * (i + 1))];
            Assert.Equal(1, ofImage.Sum(), 1e-6);
            logits[i, Array.IndexOf(ofImage, ofImage.Max())] = 1;
        }

        var loss = new CrossEntropyLoss(0.1);
        float[,] gradient = new float[Count, 10];
        float[,] expected = new float[Count, 10];
        LossResult result = loss.Run(logits, batch, gradient);

        Assert.Equal(loss.Run(logits, probabilities, expected), result);
        Assert.Equal(expected, gradient);
        Assert.Equal(Count, result.Correct);
        Assert.NotEqual(Count, loss.Run(logits, batch.Labels, default).Correct);
        Assert.Equal(loss.Run(logits, images.Labels, default), loss.Run(logits, new Batch(images), default));
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Mixup(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CutMix(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CutMix(1) { Alpha = 1e9 });
        ImageSet images = Samples.Images(4, 1, 3, 3);
        Assert.Throws<ArgumentException>(() => Samples.Transformed(images, [new Mixup(1), new CutMix(1)]));
        Assert.Equal("two transforms that mix images", new Recipe { Transforms = [new Mixup(1), new Mixup(1)] }.FindFault());
        Assert.Equal("a transform that is none", new Recipe { Transforms = [null!] }.FindFault());
        Assert.True(new Recipe { Transforms = [new Mixup(1)] }.MixesImages);
        Assert.False(new Recipe { Transforms = _before }.MixesImages);
    }

    private static Batch Whole(ImageSet images, Transform[] transforms) =>
        new DataLoader(images, images.Count, shuffle: false, seed: 5, dropLast: false, transforms).Epoch(1)[0];

    /// <summary>What an image is mixed with, and its own share; where that is all, itself.</summary>
    private static (int Partner, float Share) MixtureOf(Batch batch, int index, int classes = Count)
    {
        float[] probabilities = new float[batch.Count * classes];
        batch.CopyProbabilities(probabilities);
        float[] ofImage = probabilities[(index * classes)..((index + 1) * classes)];
        int own = batch.Labels[index];
        int partner = Array.FindIndex(ofImage.Select((probability, c) => c == own ? 0 : probability).ToArray(), probability => probability > 0);
        Assert.Equal(1, ofImage.Sum(), 1e-6);
        return (partner < 0 ? own : partner, ofImage[own]);
    }
}

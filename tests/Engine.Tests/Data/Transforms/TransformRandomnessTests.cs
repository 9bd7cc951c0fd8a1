using CifarFast.Engine.Data;
using CifarFast.Engine.Data.Transforms;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Execution;

namespace CifarFast.Engine.Tests.Data.Transforms;

/// <summary>What is random about a transform depends on its kind and place, the seed, the epoch and the image, and on nothing else.</summary>
public sealed class TransformRandomnessTests
{
    private static readonly ImageSet _images = Samples.Images(50, 3, 9, 8);

    private static readonly Transform[] _transforms =
        [new RandomHorizontalFlip(), new AlternatingFlip(), new RandomTranslate(2), new RandomBrightness(0.1f), new RandomContrast(0.2f), new Cutout(3)];

    [Fact]
    public void An_image_comes_out_the_same_whatever_batch_it_is_in()
    {
        float[][] expected = Samples.Transformed(_images, _transforms, epoch: 3);

        Assert.Equal(expected, Samples.Transformed(_images, _transforms, epoch: 3, batchSize: 50));
        Assert.Equal(expected, Samples.Transformed(_images, _transforms, epoch: 3, batchSize: 1));
        foreach (Batch batch in new DataLoader(_images, 8, shuffle: true, seed: 5, dropLast: true, _transforms).Epoch(3).Reverse())
        {
            for (int i = batch.Count - 1; i >= 0; i--)
            {
                int number = Enumerable.Range(0, 50).First(image => batch.Images.Pixels(i).SequenceEqual(_images.Pixels(image)));
                Assert.Equal(expected[number], Samples.Image(batch, i));
            }
        }
    }

    [Fact]
    public void It_is_another_one_in_another_epoch_of_another_seed_and_at_another_place()
    {
        float[][] first = Samples.Transformed(_images, [new RandomTranslate(2)]);
        int Same(float[][] other) => first.Where((image, i) => image.SequenceEqual(other[i])).Count();

        // Of 25 translations two images in fifty are expected to be the same.
        Assert.InRange(Same(Samples.Transformed(_images, [new RandomTranslate(2)], epoch: 2)), 0, 10);
        Assert.InRange(Same(Samples.Transformed(_images, [new RandomTranslate(2)], seed: 6)), 0, 10);
        Assert.InRange(Same(Samples.Transformed(_images, [new RandomHorizontalFlip(0), new RandomTranslate(2)])), 0, 10);
        Assert.Equal(50, Same(Samples.Transformed(_images, [new RandomTranslate(2), new RandomHorizontalFlip(0)])));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_network_takes_the_same_floats_whatever_the_threads(int threads)
    {
        using var network = new Network(
            new Architecture("convolution", _images.Shape, new Conv2d(3, 4, KernelSize: 3, Padding: 1), new Flatten(), new Linear(4 * 72, 10)),
            ExecutionPaths.Options(SimdTiers.Best.Name(), threads),
            batchSize: 50,
            seed: 1);
        Batch batch = new DataLoader(_images, 50, shuffle: true, seed: 5, dropLast: false, [.. _transforms, new Mixup(0.5)]).Epoch(2)[0];

        network.Forward(batch);

        SampleLayout layout = network.Input.Layout;
        for (int i = 0; i < batch.Count; i++)
        {
            float[] image = Samples.Image(batch, i);
            float[] sample = network.Input.Sample(i).ToArray();
            Assert.Equal(image, Enumerable.Range(0, image.Length).Select(feature => sample[layout.OffsetOfFeature(feature)]));
            Assert.Equal(image.Count(pixel => pixel != 0), sample.Count(pixel => pixel != 0));
        }
    }

    [Fact]
    public void Images_without_transforms_are_their_bytes()
    {
        var batch = new Batch(_images);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => Samples.Plain(_images, i)), Samples.All(batch));
        Assert.Throws<ArgumentException>(() => batch.CopyImage(0, new float[215]));
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.CopyImage(50, new float[216]));
    }
}

using CifarFast.Engine.Data;
using CifarFast.Engine.Data.Transforms;
using CifarFast.Engine.Randomness;

namespace CifarFast.Engine.Tests.Data.Transforms;

/// <summary>Small images of random bytes, and what transforms make of them.</summary>
internal static class Samples
{
    /// <summary>Sizes: odd ones, one channel and three, higher than wide and wider than high.</summary>
    public static TheoryData<int, int, int> Sizes => new() { { 1, 5, 7 }, { 3, 4, 3 }, { 3, 9, 8 }, { 1, 64, 64 } };

    /// <summary>Images whose bytes are random, of classes in turn.</summary>
    public static ImageSet Images(int count, int channels, int height, int width, int classes = 10)
    {
        var random = new Xoshiro256(99);
        byte[] pixels = new byte[count * channels * height * width];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)random.NextInt32(256);
        }

        return new ImageSet(channels, height, width, pixels, Enumerable.Range(0, count).Select(i => i % classes).ToArray());
    }

    /// <summary>All images of a set as an epoch has them, in the order of the set.</summary>
    public static float[][] Transformed(ImageSet images, Transform[] transforms, int epoch = 1, ulong seed = 5, int batchSize = 7) =>
        [.. new DataLoader(images, batchSize, shuffle: false, seed, dropLast: false, transforms).Epoch(epoch).SelectMany(All)];

    /// <summary>The images of a batch.</summary>
    public static float[][] All(Batch batch) => [.. Enumerable.Range(0, batch.Count).Select(i => Image(batch, i))];

    /// <summary>An image of a batch.</summary>
    public static float[] Image(Batch batch, int index)
    {
        float[] image = new float[batch.Images.Shape.Count];
        batch.CopyImage(index, image);
        return image;
    }

    /// <summary>An image as it is, divided by 255.</summary>
    public static float[] Plain(ImageSet images, int index) => [.. images.Pixels(index).ToArray().Select(pixel => pixel / 255f)];

    /// <summary>An image made pixel by pixel.</summary>
    public static float[] Make(ImageSet images, Func<int, int, int, float> pixel) =>
    [
        .. from channel in Enumerable.Range(0, images.Channels)
           from row in Enumerable.Range(0, images.Height)
           from column in Enumerable.Range(0, images.Width)
           select pixel(channel, row, column),
    ];

    /// <summary>
    /// Makes sure that numbers are of a distribution: by the largest difference of theirs to it (Kolmogorov and Smirnov), which chance makes larger
    /// once in a thousand times.
    /// </summary>
    /// <param name="values">The numbers.</param>
    /// <param name="below">The share of the distribution that is below a number.</param>
    public static void AreOf(IEnumerable<double> values, Func<double, double> below)
    {
        double[] sorted = [.. values.Order()];
        double largest = sorted.Select((value, i) => Math.Max(Math.Abs(below(value) - ((double)i / sorted.Length)), Math.Abs(below(value) - ((i + 1.0) / sorted.Length)))).Max();
        Assert.InRange(largest, 0, 1.95 / Math.Sqrt(sorted.Length));
    }

    /// <summary>
    /// Makes sure that counts are what <paramref name="total"/> draws of equally likely things come to: within five standard deviations.
    /// </summary>
    public static void AreEven(IReadOnlyCollection<int> counts, int total)
    {
        double expected = (double)total / counts.Count;
        double deviation = Math.Sqrt(expected * (1 - (1.0 / counts.Count)));
        Assert.All(counts, count => Assert.InRange(count, expected - (5 * deviation), expected + (5 * deviation)));
    }
}

using System.Security.Cryptography;
using CifarFast.Engine.Data;
using CifarFast.Engine.Nn;

namespace CifarFast.Engine.Tests.Data;

public sealed class ImageSetTests
{
    private readonly byte[] _pixels = [.. Enumerable.Range(0, 4 * 6).Select(value => (byte)value)];
    private readonly int[] _labels = [3, 1, 4, 1];

    private ImageSet Images => new(channels: 2, height: 1, width: 3, _pixels, _labels);

    [Fact]
    public void Mean_and_deviation_are_measured_exactly_whatever_the_order()
    {
        byte[] pixels = [.. Enumerable.Range(0, 2 * 300 * 7 * 5).Select(i => (byte)((i * 37) ^ (i / 11)))];
        var images = new ImageSet(2, 7, 5, pixels, new int[300]);
        Normalize measured = images.MeasureNormalize(TestContext.Current.CancellationToken);
        for (int channel = 0; channel < 2; channel++)
        {
            decimal[] values = [.. Enumerable.Range(0, 300).SelectMany(i => images.Pixels(i)[(channel * 35)..((channel + 1) * 35)].ToArray()).Select(value => (decimal)value)];
            decimal mean = values.Average();
            double variance = (double)values.Average(value => (value - mean) * (value - mean));
            Assert.Equal((float)((double)mean / 255), measured.Mean[channel]);
            Assert.Equal((float)(Math.Sqrt(variance) / 255), measured.Deviation[channel], 1e-7f);
        }

        int[] backwards = [.. Enumerable.Range(0, 300).Reverse()];
        Assert.Equal(measured, images.Select(backwards).MeasureNormalize(TestContext.Current.CancellationToken));
        Assert.NotEqual(measured, images.Take(10).MeasureNormalize(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_channel_that_is_the_same_everywhere_has_a_deviation_to_divide_by()
    {
        var images = new ImageSet(1, 2, 2, Enumerable.Repeat((byte)255, 12).ToArray(), new int[3]);
        Assert.Equal(new Normalize([1], [1]), images.MeasureNormalize(TestContext.Current.CancellationToken));
        Assert.Throws<InvalidOperationException>(() => images.Take(0).MeasureNormalize(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Gives_each_image_its_own_bytes()
    {
        Assert.Equal((2, 1, 3, 4), (Images.Channels, Images.Height, Images.Width, Images.Count));
        Assert.Equal(_labels, Images.Labels.ToArray());
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(_pixels[(i * 6)..((i + 1) * 6)], Images.Pixels(i).ToArray());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(int.MaxValue)]
    public void Blocks_make_no_difference(int imagesPerBlock)
    {
        byte[] pixels = [.. Enumerable.Range(0, 10 * 6).Select(value => (byte)(value * 7))];
        int[] labels = [.. Enumerable.Range(0, 10).Select(i => i % 3)];
        var whole = new ImageSet(channels: 2, height: 1, width: 3, pixels, labels);
        ReadOnlyMemory<byte>[] blocks = [.. Enumerable.Range(0, 10).Chunk(imagesPerBlock).Select(images => (ReadOnlyMemory<byte>)pixels.AsMemory(images[0] * 6, images.Length * 6))];
        var cut = new ImageSet(channels: 2, height: 1, width: 3, blocks, imagesPerBlock, labels);

        AssertSame(whole, cut);
        AssertSame(whole.Take(7), cut.Take(7));
        AssertSame(whole.Select([9, 3, 2, 3, 0]).Select([4, 0, 1]), cut.Select([9, 3, 2, 3, 0]).Select([4, 0, 1]));
        AssertSame(whole.Split(0.4, seed: 2).Kept, cut.Split(0.4, seed: 2).Kept);
        AssertSame(whole.Split(0.4, seed: 2).HeldOut, cut.Split(0.4, seed: 2).HeldOut);
        Assert.True(cut.Pixels(9) == blocks[^1].Span[^6..]);
        Assert.True(cut.Select([9]).Pixels(0) == blocks[^1].Span[^6..]);
    }

    [Theory]
    [InlineData("block 0 has 6 bytes, but 2 images of 2×1×3 take 12", 1, 2, 1)]
    [InlineData("block 0 has 24 bytes, but 2 images of 2×1×3 take 12", 4)]
    [InlineData("4 images of 2×1×3 take 24 bytes, not 18", 2, 1)]
    [InlineData("4 images of 2×1×3 take 24 bytes, not 0")]
    public void Blocks_of_other_lengths_are_refused(string message, params int[] images)
    {
        ReadOnlyMemory<byte>[] blocks = [.. images.Select(count => (ReadOnlyMemory<byte>)new byte[count * 6])];
        ArgumentException error = Assert.Throws<ArgumentException>(() => new ImageSet(2, 1, 3, blocks, imagesPerBlock: 2, _labels));
        Assert.StartsWith(message, error.Message);
    }

    [Fact]
    public void A_block_takes_a_gigabyte_of_whole_images_and_at_least_one()
    {
        Assert.Equal((1 << 30) / 3072, ImageSet.ImagesPerBlock(3, 32, 32));
        Assert.Equal(1 << 30, ImageSet.ImagesPerBlock(1, 1, 1));
        Assert.Equal(1, ImageSet.ImagesPerBlock(3, 20_000, 20_000));
        Assert.Throws<ArgumentException>(() => ImageSet.ImagesPerBlock(3, 40_000, 40_000));
        Assert.Throws<ArgumentException>(() => ImageSet.ImagesPerBlock(int.MaxValue, int.MaxValue, int.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageSet.ImagesPerBlock(3, 0, 32));
    }

    [Fact]
    public void Pixels_beyond_two_gigabytes_are_found()
    {
        // All blocks are the same memory, so that a set of three gigabytes takes one megabyte.
        byte[] block = [.. Enumerable.Range(0, 1 << 20).Select(i => (byte)(i >> 18))];
        ReadOnlyMemory<byte>[] blocks = [.. Enumerable.Repeat((ReadOnlyMemory<byte>)block, 3000)];
        var images = new ImageSet(1, 512, 512, blocks, imagesPerBlock: 4, new int[12_000]);
        Assert.True((long)images.Count * 512 * 512 > int.MaxValue);
        Assert.All([0, 8190, 8191, 8192, 8193, 11_999], i => Assert.Equal(i % 4, images.Pixels(i)[^1]));
        Assert.Equal(3, images.Select([11_999]).Pixels(0)[0]);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 3)]
    [InlineData(4, 4)]
    [InlineData(5, 4)]
    public void Takes_the_first_images_or_all(int count, int expected)
    {
        ImageSet taken = Images.Take(count);
        Assert.Equal(expected, taken.Count);
        Assert.Equal(_labels[..expected], taken.Labels.ToArray());
        Assert.All(Enumerable.Range(0, expected), i => Assert.Equal(Images.Pixels(i).ToArray(), taken.Pixels(i).ToArray()));
    }

    [Fact]
    public void Selects_images_in_any_order_and_of_a_selection()
    {
        ImageSet selected = Images.Select([3, 0, 3]).Select([1, 2]);
        Assert.Equal([_labels[0], _labels[3]], selected.Labels.ToArray());
        Assert.Equal(Images.Pixels(0).ToArray(), selected.Pixels(0).ToArray());
        Assert.Equal(Images.Pixels(3).ToArray(), selected.Pixels(1).ToArray());
    }

    [Theory]
    [InlineData(0.25, 250)]
    [InlineData(0.9996, 999)]
    [InlineData(0.0001, 1)]
    public void Holds_out_a_share_that_the_seed_decides(double share, int expected)
    {
        ImageSet numbered = Numbered(1000);
        (ImageSet kept, ImageSet heldOut) = numbered.Split(share, seed: 3);

        Assert.Equal((1000 - expected, expected), (kept.Count, heldOut.Count));
        int[] numbers = [.. Numbers(kept), .. Numbers(heldOut)];
        Assert.Equal(Enumerable.Range(0, 1000), numbers.Order());
        Assert.Equal(Numbers(kept).Order(), Numbers(kept));
        Assert.Equal(Numbers(heldOut), Numbers(numbered.Split(share, seed: 3).HeldOut));
        if (expected > 1)
        {
            Assert.NotEqual(Numbers(heldOut), Numbers(numbered.Split(share, seed: 4).HeldOut));
        }
    }

    [Fact]
    public void Every_image_is_as_likely_to_be_held_out()
    {
        ImageSet numbered = Numbered(20);
        int[] times = new int[20];
        for (ulong seed = 0; seed < 2000; seed++)
        {
            foreach (int number in Numbers(numbered.Split(0.25, seed).HeldOut))
            {
                times[number]++;
            }
        }

        // Binomial: mean 500, standard deviation 19.
        Assert.All(times, count => Assert.InRange(count, 400, 600));
    }

    [Fact]
    public void Is_known_by_the_hash_of_its_records()
    {
        byte[] records = [.. Enumerable.Range(0, 4).SelectMany(i => (byte[])[(byte)_labels[i], .. Images.Pixels(i)])];
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(records)), Images.Sha256(TestContext.Current.CancellationToken));
        Assert.NotEqual(Images.Sha256(TestContext.Current.CancellationToken), Images.Take(3).Sha256(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_hash_can_be_given_up()
    {
        ImageSet images = Images;
        Assert.Throws<OperationCanceledException>(() => images.Sha256(new CancellationToken(canceled: true)));
        Assert.Equal(Images.Sha256(TestContext.Current.CancellationToken), images.Sha256(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Labels_above_255_make_all_labels_four_bytes_in_the_hash()
    {
        int[] labels = [3, 255, 256, 70_000];
        var images = new ImageSet(channels: 2, height: 1, width: 3, _pixels, labels);
        byte[] records = [.. Enumerable.Range(0, 4).SelectMany(i => (byte[])
            [(byte)labels[i], (byte)(labels[i] >> 8), (byte)(labels[i] >> 16), (byte)(labels[i] >> 24), .. images.Pixels(i)])];
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(records)), images.Sha256(TestContext.Current.CancellationToken));

        byte[] small = [.. Enumerable.Range(0, 2).SelectMany(i => (byte[])[(byte)labels[i], .. images.Pixels(i)])];
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(small)), images.Take(2).Sha256(TestContext.Current.CancellationToken));
    }

    private static void AssertSame(ImageSet expected, ImageSet actual)
    {
        Assert.Equal(expected.Labels.ToArray(), actual.Labels.ToArray());
        Assert.All(Enumerable.Range(0, expected.Count), i => Assert.Equal(expected.Pixels(i).ToArray(), actual.Pixels(i).ToArray()));
        Assert.Equal(expected.Sha256(TestContext.Current.CancellationToken), actual.Sha256(TestContext.Current.CancellationToken));
    }

    private static ImageSet Numbered(int count)
    {
        byte[] pixels = [.. Enumerable.Range(0, count).SelectMany(i => (byte[])[(byte)i, (byte)(i >> 8)])];
        return new ImageSet(1, 1, 2, pixels, new int[count]);
    }

    private static int[] Numbers(ImageSet images) =>
        [.. Enumerable.Range(0, images.Count).Select(i => images.Pixels(i)[0] | (images.Pixels(i)[1] << 8))];

    [Fact]
    public void Refuses_what_does_not_exist()
    {
        Assert.Throws<IndexOutOfRangeException>(() => Images.Select([4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Images.Split(0, seed: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Images.Split(1, seed: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Images.Split(double.NaN, seed: 1));
        Assert.Throws<InvalidOperationException>(() => Images.Take(1).Split(0.5, seed: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = Images.Pixels(4).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = Images.Pixels(-1).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => Images.Take(-1));
        Assert.Throws<ArgumentException>(() => new ImageSet(2, 1, 3, _pixels.AsMemory(1), _labels));
        ArgumentException negative = Assert.Throws<ArgumentException>(() => new ImageSet(2, 1, 3, _pixels, new[] { 3, 1, -4, 1 }));
        Assert.StartsWith("image 2 has label -4, expected 0 or more", negative.Message);
    }

    [Fact]
    public void Names_go_along_with_what_is_taken_and_selected()
    {
        ImageSet images = new ImageSet(1, 1, 1, new byte[] { 10, 11, 12, 13 }, new[] { 0, 1, 2, 3 }).WithNames(new[] { "a", "b", "c", "d" });
        Assert.Equal("b", images.Name(1));
        Assert.Equal("c", images.Slice(1, 3).Name(1));
        ImageSet selected = images.Slice(1, 3).Select([2, 0]);
        Assert.Equal(("d", "b"), (selected.Name(0), selected.Name(1)));
        Assert.Equal("b", selected.Take(2).WithLabels(new[] { 7, 8 }).Name(1));
        Assert.Null(new ImageSet(1, 1, 1, new byte[1], new int[1]).Name(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => selected.Name(2));
        Assert.Throws<ArgumentException>(() => images.WithNames(new[] { "a" }));
    }

    [Fact]
    public void Labels_can_be_others_for_the_same_pixels()
    {
        var images = new ImageSet(1, 1, 1, new byte[] { 10, 11, 12 }, new[] { 0, 1, 2 });
        ImageSet other = images.Slice(1, 2).WithLabels(new[] { 5, 4 });
        Assert.Equal([5, 4], other.Labels.ToArray());
        Assert.Equal((11, 12), (other.Pixels(0)[0], other.Pixels(1)[0]));
        Assert.Equal([1, 2], images.Slice(1, 2).Labels.ToArray());
        Assert.Throws<ArgumentException>(() => images.WithLabels(new[] { 1, 2 }));
        Assert.Throws<ArgumentException>(() => images.WithLabels(new[] { 1, 2, -1 }));
    }
}

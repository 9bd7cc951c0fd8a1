using CifarFast.Engine.Data;
using CifarFast.Engine.Data.Transforms;
using CifarFast.Engine.Nn;

namespace CifarFast.Engine.Tests.Data.Transforms;

/// <summary>Transforms that move whole pixels, against what they are defined as.</summary>
public sealed class GeometricTransformTests
{
    public static TheoryData<int, int, int> Sizes => Samples.Sizes;

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_random_flip_mirrors_some_images_and_leaves_the_others(int channels, int height, int width)
    {
        ImageSet images = Samples.Images(40, channels, height, width);
        float[][] flipped = Samples.Transformed(images, [new RandomHorizontalFlip()]);

        bool[] areMirrored = [.. flipped.Select((image, i) => IsMirrored(images, i, image))];
        Assert.InRange(areMirrored.Count(isMirrored => isMirrored), 8, 32);
        Assert.All(Samples.Transformed(images, [new RandomHorizontalFlip(0)]).Select((image, i) => IsMirrored(images, i, image)), Assert.False);
        Assert.All(Samples.Transformed(images, [new RandomHorizontalFlip(1)]).Select((image, i) => IsMirrored(images, i, image)), Assert.True);
    }

    [Fact]
    public void A_flip_is_as_frequent_as_it_is_asked_to_be()
    {
        ImageSet images = Samples.Images(4000, 1, 1, 5);
        int mirrored = Samples.Transformed(images, [new RandomHorizontalFlip(0.3)]).Where((image, i) => IsMirrored(images, i, image)).Count();
        Assert.InRange(mirrored, 1200 - 145, 1200 + 145);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void An_alternating_flip_shows_either_side_every_other_epoch(int channels, int height, int width)
    {
        ImageSet images = Samples.Images(40, channels, height, width);
        bool[] Epoch(int epoch) => [.. Samples.Transformed(images, [new AlternatingFlip()], epoch).Select((image, i) => IsMirrored(images, i, image))];

        bool[] first = Epoch(1);
        Assert.InRange(first.Count(isMirrored => isMirrored), 8, 32);
        Assert.Equal(first.Select(isMirrored => !isMirrored), Epoch(2));
        Assert.Equal(first, Epoch(3));
        Assert.Equal(first.Select(isMirrored => !isMirrored), Epoch(0));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_translation_is_a_crop_of_the_padded_image(int channels, int height, int width)
    {
        ImageSet images = Samples.Images(60, channels, height, width);
        foreach ((int pixels, PaddingMode padding) in from pixels in new[] { 1, 2 } from padding in Enum.GetValues<PaddingMode>() select (pixels, padding))
        {
            float[][] moved = Samples.Transformed(images, [new RandomTranslate(pixels, padding)]);
            for (int i = 0; i < moved.Length; i++)
            {
                Assert.Contains(Displacements(pixels), by => Crop(Pad(images, i, pixels, padding), images, pixels, by).SequenceEqual(moved[i]));
            }
        }
    }

    [Fact]
    public void Every_translation_is_equally_likely()
    {
        ImageSet images = Samples.Images(2500, 1, 6, 6);
        float[][] moved = Samples.Transformed(images, [new RandomTranslate(2)]);

        int[] counts = [.. Displacements(2).Select(by => moved.Where((image, i) => Crop(Pad(images, i, 2, PaddingMode.Reflect), images, 2, by).SequenceEqual(image)).Count())];

        Assert.Equal(2500, counts.Sum());
        Samples.AreEven(counts, 2500);
    }

    [Fact]
    public void A_translation_may_be_larger_than_an_image_that_zeros_surround()
    {
        ImageSet images = Samples.Images(100, 1, 3, 4);
        float[][] moved = Samples.Transformed(images, [new RandomTranslate(9, PaddingMode.Zeros)]);
        Assert.Contains(moved, image => image.All(pixel => pixel == 0));
        Assert.Contains(moved, image => image.Any(pixel => pixel != 0));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Cutout_covers_one_square_wherever_it_has_room(int channels, int height, int width)
    {
        const int size = 3;
        ImageSet images = Samples.Images(300, channels, height, width);
        float[] fill = [.. Enumerable.Range(0, channels).Select(channel => -1f - channel)];
        float[][] cut = Samples.Transformed(images, [new Cutout(size) { Fill = fill }]);

        var corners = new Dictionary<(int Top, int Left), int>();
        for (int i = 0; i < cut.Length; i++)
        {
            int first = Array.FindIndex(cut[i], pixel => pixel == -1);
            (int top, int left) = (first / width, first % width);
            float[] plain = Samples.Plain(images, i);
            Assert.Equal(
                Samples.Make(images, (channel, row, column) =>
                    row >= top && row < top + size && column >= left && column < left + size ? fill[channel] : plain[Place(images, channel, row, column)]),
                cut[i]);
            corners[(top, left)] = corners.GetValueOrDefault((top, left)) + 1;
        }

        int places = (height - size + 1) * (width - size + 1);
        if (places < 50)
        {
            Assert.Equal(places, corners.Count);
            Samples.AreEven(corners.Values, cut.Length);
        }
    }

    [Fact]
    public void Cutout_leaves_zeros_unless_it_is_told_otherwise()
    {
        ImageSet images = Samples.Images(1, 3, 4, 4);
        Assert.All(Samples.Transformed(images, [new Cutout(4)])[0], pixel => Assert.Equal(0, pixel));
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomHorizontalFlip(-0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomHorizontalFlip(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomHorizontalFlip { Probability = 1.1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomTranslate(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomTranslate(int.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Cutout(0));
        Assert.Throws<ArgumentException>(() => new Cutout(1) { Fill = [float.NaN] });
    }

    [Fact]
    public void Images_that_are_too_small_are_named()
    {
        ImageSet images = Samples.Images(2, 3, 5, 4);
        string Fault(Transform transform) => Assert.Throws<ShapeException>(() => Samples.Transformed(images, [transform])).Message;
        Assert.Equal("RandomTranslate: images of 3×5×4 have no 4 pixels beside their edge to reflect: the translation must be smaller", Fault(new RandomTranslate(4)));
        Assert.Equal("Cutout: images of 3×5×4 have no square of 5 pixels to cut out", Fault(new Cutout(5)));
        Assert.Equal("Cutout: images of 3×5×4 have 3 channels, but what cutout fills its square with has numbers for 2", Fault(new Cutout(4) { Fill = [1, 2] }));
        Samples.Transformed(images, [new RandomTranslate(3), new Cutout(4)]);
    }

    private static bool IsMirrored(ImageSet images, int index, float[] image)
    {
        float[] plain = Samples.Plain(images, index);
        float[] mirrored = Samples.Make(images, (channel, row, column) => plain[Place(images, channel, row, images.Width - 1 - column)]);
        Assert.True(plain.SequenceEqual(image) != mirrored.SequenceEqual(image), "the image is neither as it was nor mirrored");
        return mirrored.SequenceEqual(image);
    }

    private static IEnumerable<(int Down, int Right)> Displacements(int pixels) =>
        from down in Enumerable.Range(-pixels, (2 * pixels) + 1)
        from right in Enumerable.Range(-pixels, (2 * pixels) + 1)
        select (down, right);

    /// <summary>An image with a border: of zeros, or of its own rows and columns in turn from the edge inwards, without the edge itself.</summary>
    private static float[,,] Pad(ImageSet images, int index, int border, PaddingMode padding)
    {
        float[] plain = Samples.Plain(images, index);
        float[,,] padded = new float[images.Channels, images.Height + (2 * border), images.Width + (2 * border)];
        for (int channel = 0; channel < images.Channels; channel++)
        {
            for (int row = -border; row < images.Height + border; row++)
            {
                for (int column = -border; column < images.Width + border; column++)
                {
                    (int r, int c) = (Reflect(row, images.Height), Reflect(column, images.Width));
                    bool isZero = padding == PaddingMode.Zeros && (r, c) != (row, column);
                    padded[channel, row + border, column + border] = isZero ? 0 : plain[Place(images, channel, r, c)];
                }
            }
        }

        return padded;
    }

    private static int Reflect(int place, int length) => place < 0 ? -place : place >= length ? length - 2 - (place - length) : place;

    private static float[] Crop(float[,,] padded, ImageSet images, int border, (int Down, int Right) by) =>
        Samples.Make(images, (channel, row, column) => padded[channel, row + border - by.Down, column + border - by.Right]);

    private static int Place(ImageSet images, int channel, int row, int column) => (((channel * images.Height) + row) * images.Width) + column;
}

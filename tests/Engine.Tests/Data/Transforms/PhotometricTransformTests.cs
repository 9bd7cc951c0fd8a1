using CifarFast.Engine.Data;
using CifarFast.Engine.Data.Transforms;
using CifarFast.Engine.Nn;

namespace CifarFast.Engine.Tests.Data.Transforms;

/// <summary>Transforms that change how bright pixels are.</summary>
public sealed class PhotometricTransformTests
{
    private const double Tolerance = 1e-6;

    public static TheoryData<int, int, int> Sizes => Samples.Sizes;

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Brightness_adds_one_number_to_all_pixels(int channels, int height, int width)
    {
        ImageSet images = Samples.Images(20, channels, height, width);
        float[] deviation = [.. Enumerable.Range(0, channels).Select(channel => 1 + (0.5f * channel))];
        foreach (bool deviates in new[] { false, true })
        {
            float[][] changed = Samples.Transformed(images, [new RandomBrightness(0.25f) { Deviation = deviates ? deviation : [] }]);
            for (int i = 0; i < changed.Length; i++)
            {
                float[] plain = Samples.Plain(images, i);
                double added = (double)changed[i][0] - plain[0];
                Assert.InRange(added, -0.25 - Tolerance, 0.25 + Tolerance);
                Assert.All(plain, (pixel, place) => Assert.Equal(
                    pixel + (added * (deviates ? deviation[place / (height * width)] : 1)), changed[i][place], 4 * Tolerance));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Contrast_multiplies_what_is_beside_the_centre(int channels, int height, int width)
    {
        ImageSet images = Samples.Images(20, channels, height, width);
        float[] centre = [.. Enumerable.Range(0, channels).Select(channel => -0.25f - (0.1f * channel))];
        foreach (bool isCentred in new[] { false, true })
        {
            float Centre(int channel) => isCentred ? centre[channel] : 0.5f;
            float[][] changed = Samples.Transformed(images, [new RandomContrast(0.3f) { Centre = isCentred ? centre : [] }]);
            for (int i = 0; i < changed.Length; i++)
            {
                float[] plain = Samples.Plain(images, i);
                double factor = ((double)changed[i][0] - Centre(0)) / ((double)plain[0] - Centre(0));
                Assert.InRange(factor, 0.7 - 1e-3, 1.3 + 1e-3);
                Assert.All(plain, (pixel, place) =>
                {
                    float middle = Centre(place / (height * width));
                    Assert.Equal(middle + (factor * (pixel - middle)), changed[i][place], 1e-3);
                });
            }
        }
    }

    [Fact]
    public void All_amounts_are_equally_likely()
    {
        var images = new ImageSet(1, 1, 1, new byte[3000], new int[3000]);
        IEnumerable<double> brightness = Samples.Transformed(images, [new RandomBrightness(0.25f)]).Select(image => (double)image[0]);
        Samples.AreOf(brightness, value => (value + 0.25) / 0.5);

        // A black pixel is as far from the middle as the factor says.
        IEnumerable<double> contrast = Samples.Transformed(images, [new RandomContrast(0.5f)]).Select(image => 1 - (2 * (double)image[0]));
        Samples.AreOf(contrast, value => value - 0.5);
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomBrightness(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomBrightness(float.PositiveInfinity));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomContrast(1.5f));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomContrast(0.1f) { Amount = float.NaN });
        Assert.Throws<ArgumentException>(() => new RandomContrast(0.5f) { Centre = [float.NaN] });

        ImageSet images = Samples.Images(1, 3, 2, 2);
        Assert.Throws<ShapeException>(() => Samples.Transformed(images, [new RandomContrast(0.5f) { Centre = [0.5f] }]));
        Assert.Throws<ShapeException>(() => Samples.Transformed(images, [new RandomBrightness(0.5f) { Deviation = [0.5f] }]));
    }
}

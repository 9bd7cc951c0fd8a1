using CifarFast.Engine.Nn;
using CifarFast.Engine.Randomness;

namespace CifarFast.Engine.Data;

/// <summary>
/// A data set that needs no download: drawn pictures of ten shapes and textures, as large as those of CIFAR-10. Colours,
/// place, size, turn, contrast and noise are random and tell nothing about the class, so it takes a network that sees
/// shapes to learn it: a linear classifier on the pixels stays far behind.
/// </summary>
public static class SyntheticImages
{
    /// <summary>The name of the set in reports.</summary>
    public const string DatasetName = "synthetic";

    /// <summary>Training images where the caller does not say: an epoch long enough to mean something, short enough to wait for.</summary>
    public const int DefaultTrain = 20_000;

    /// <summary>Test images where the caller does not say.</summary>
    public const int DefaultTest = 4_000;

    private const int Channels = 3;
    private const int Size = 32;
    private const int PlaneBytes = Size * Size;
    private const int ImageBytes = Channels * PlaneBytes;

    /// <summary>Sets the streams of the two halves apart from each other and from all others of the same seed ("TRN" and "TST" in ASCII).</summary>
    private const ulong TrainStream = 0x54524EUL << 40;
    private const ulong TestStream = 0x545354UL << 40;

    /// <summary>The stream of a half that decides which image is of which class; images have the numbers from 0.</summary>
    private const ulong LabelStream = (1UL << 40) - 1;

    /// <summary>How far colours of figure and ground are apart at least, as a distance in the RGB cube of side 1.</summary>
    private const float MinContrast = 0.6f;

    /// <summary>
    /// Draws the set. The same numbers give the same bytes on every machine, and an image does not depend on how many there are.
    /// </summary>
    /// <param name="seed">Decides everything that is random.</param>
    /// <param name="train">How many images to learn from.</param>
    /// <param name="test">How many images to measure with.</param>
    /// <param name="cancellation">Stops the drawing.</param>
    /// <returns>Images of 3×32×32 bytes; each class has its tenth of either half, give or take one image.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is to be no image in a half, or more than fit into an array.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ImageDataset Create(ulong seed, int train = DefaultTrain, int test = DefaultTest, CancellationToken cancellation = default) =>
        Of(Draw(seed, TrainStream, train, cancellation), Draw(seed, TestStream, test, cancellation));

    /// <summary>Draws the set in its usual size, or one split of it, whose images are the same as in the whole.</summary>
    internal static ImageDataset Create(ulong seed, DataSplit? only, CancellationToken cancellation)
    {
        var none = new ImageSet(Channels, Size, Size, default, default);
        return Of(
            only == DataSplit.Test ? none : Draw(seed, TrainStream, DefaultTrain, cancellation),
            only == DataSplit.Train ? none : Draw(seed, TestStream, DefaultTest, cancellation));
    }

    /// <summary>Colours and light are such that the numbers of CIFAR-10 fit well enough.</summary>
    private static ImageDataset Of(ImageSet train, ImageSet test) =>
        new(DatasetName, SyntheticFigure.ClassNames, train, test) { Normalize = NetworkCatalog.Cifar10Normalize };

    private static ImageSet Draw(ulong seed, ulong stream, int count, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Array.MaxLength / ImageBytes);
        int[] labels = new int[count];
        for (int i = 0; i < count; i++)
        {
            labels[i] = i % SyntheticFigure.ClassNames.Count;
        }

        new Xoshiro256(seed, stream | LabelStream).Shuffle<int>(labels);

        byte[] pixels = new byte[count * ImageBytes];
        Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellation }, i =>
        {
            var random = new Xoshiro256(seed, stream | (uint)i);
            DrawImage(ref random, labels[i], pixels.AsSpan(i * ImageBytes, ImageBytes));
        });
        return new ImageSet(Channels, Size, Size, pixels, labels);
    }

    private static void DrawImage(ref Xoshiro256 random, int label, Span<byte> image)
    {
        var figure = SyntheticFigure.Draw(ref random, label);
        Span<float> ground = stackalloc float[Channels];
        Span<float> paint = stackalloc float[Channels];
        Span<float> light = stackalloc float[Channels];
        DrawColours(ref random, ground, paint);

        // Light falls in from a side, which shifts both colours across the image.
        (float lightX, float lightY) = RandomDirection(ref random);
        for (int c = 0; c < Channels; c++)
        {
            light[c] = random.NextSingle(-0.15f, 0.15f);
        }

        float noise = random.NextSingle(0.02f, 0.06f);
        for (int y = 0; y < Size; y++)
        {
            for (int x = 0; x < Size; x++)
            {
                float coverage = figure.Coverage(x, y);
                float lit = ((lightX * (x - (Size / 2))) + (lightY * (y - (Size / 2)))) / Size;
                ulong bits = random.NextUInt64();
                for (int c = 0; c < Channels; c++)
                {
                    float value = ground[c] + ((paint[c] - ground[c]) * coverage) + (light[c] * lit) + (noise * Noise(ref bits));
                    image[(c * PlaneBytes) + (y * Size) + x] = (byte)((Math.Clamp(value, 0, 1) * 255) + 0.5f);
                }
            }
        }
    }

    private static void DrawColours(ref Xoshiro256 random, Span<float> ground, Span<float> paint)
    {
        float distance;
        do
        {
            distance = 0;
            for (int c = 0; c < Channels; c++)
            {
                ground[c] = random.NextSingle(0.05f, 0.95f);
                paint[c] = random.NextSingle(0.05f, 0.95f);
                distance += (ground[c] - paint[c]) * (ground[c] - paint[c]);
            }
        }
        while (distance < MinContrast * MinContrast);
    }

    /// <summary>A uniform direction: that of a point in the unit disc, away from its middle.</summary>
    internal static (float X, float Y) RandomDirection(ref Xoshiro256 random)
    {
        while (true)
        {
            float x = random.NextSingle(-1, 1);
            float y = random.NextSingle(-1, 1);
            float square = (x * x) + (y * y);
            if (square is > 0.01f and <= 1)
            {
                float length = MathF.Sqrt(square);
                return (x / length, y / length);
            }
        }
    }

    /// <summary>
    /// Roughly normal noise of variance 1 from the low 20 of <paramref name="bits"/>, which move up for the next call:
    /// the sum of four 5-bit numbers (0 to 124, mean 62, variance 4 · (32² − 1) / 12 = 341).
    /// </summary>
    private static float Noise(ref ulong bits)
    {
        int sum = (int)((bits & 31) + ((bits >> 5) & 31) + ((bits >> 10) & 31) + ((bits >> 15) & 31));
        bits >>= 20;
        return (sum - 62) * (1 / 18.466f);
    }
}

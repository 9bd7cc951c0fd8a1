using System.Globalization;
using CifarFast.Engine.Data;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Nn;
using CifarFast.Trainer.Images;
using SkiaSharp;

namespace CifarFast.Trainer.Reports;

/// <summary>Draws images with what the network makes of them, and what it looks for first.</summary>
internal static class PictureSheets
{
    private const int WrongShown = 20;
    private const int RightShown = 10;
    private const int FiltersShown = 64;
    private const int SamplesInARow = 5;
    private const int FiltersInARow = 8;

    /// <summary>Points of the longer side of an image.</summary>
    private const float SampleSize = 320 / 3f;

    /// <summary>Points of a side of a filter.</summary>
    private const float FilterSize = 72;

    /// <summary>Images classified wrongly and rightly, and the filters of the first layer.</summary>
    public static IEnumerable<Picture> Of(ModelEvaluation evaluation)
    {
        IReadOnlyList<ModelEvaluation.Sample> wrong = evaluation.Wrong(WrongShown);
        IReadOnlyList<ModelEvaluation.Sample> right = evaluation.Right(RightShown);
        if (wrong.Count > 0)
        {
            yield return new Picture("wrong", PageSection.Predictions, "Wrong predictions, the surest ones first", theme => Samples(evaluation, wrong, theme, "Wrong, the surest ones first"));
        }

        if (right.Count > 0)
        {
            yield return new Picture("right", PageSection.Predictions, "Right predictions, the surest one of each class", theme => Samples(evaluation, right, theme, "Right, the surest one of each class"));
        }
    }

    /// <summary>Training images as the network saw them.</summary>
    public static Picture Of(AugmentedImages augmented) => new(
        "augmented", PageSection.Training, "Augmented training images, as the network saw them in the first epoch", theme => Augmented(augmented, theme));

    /// <summary>The filters of the first layer; nothing for a network that does not begin with a convolution of colours or grey.</summary>
    public static IEnumerable<Picture> OfFilters(Network network)
    {
        if (network.Architecture.Layers[0] is Conv2d { InChannels: 1 or 3 } first)
        {
            yield return new Picture("filters", PageSection.Filters, "Filters of the first layer, each stretched to its own range: grey is zero", theme => Filters(network, first, theme));
        }
    }

    private static byte[] Samples(ModelEvaluation evaluation, IReadOnlyList<ModelEvaluation.Sample> samples, Theme theme, string title)
    {
        var sheet = new Sheet(theme, title, SamplesInARow, SampleSize);
        foreach (ModelEvaluation.Sample sample in samples)
        {
            string predicted = evaluation.Report.Classes[sample.Predicted].Name;
            string? file = evaluation.Images.Name(sample.Index);
            sheet.Add(
                (file is null ? null : Original(evaluation.Folder, file)) ?? Bitmap(evaluation.Images, sample.Index),
                [
                    (string.Create(CultureInfo.InvariantCulture, $"{predicted} {Percent(sample.Probability)}"), true),
                    ($"true: {evaluation.Report.Classes[sample.Label].Name}", false),
                    .. file is null ? [] : new[] { (file[(file.LastIndexOf('/') + 1)..], false) },
                ]);
        }

        return sheet.Png();
    }

    /// <summary>The picture of a file, as large as it is shown; null where it cannot be read any more, and what the network saw has to do.</summary>
    private static SKBitmap? Original(string? folder, string file)
    {
        try
        {
            (byte[] planes, int width, int height) = PictureFile.ReadWhole(Path.Join(folder, file), (int)(SampleSize * Chart.Scale));
            return Bitmap(planes, height, width);
        }
        catch (Exception error) when (error is PictureException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static byte[] Augmented(AugmentedImages augmented, Theme theme)
    {
        (int height, int width) = (augmented.Shape[1], augmented.Shape[2]);
        var sheet = new Sheet(theme, "Augmented training images", SamplesInARow, SampleSize);
        foreach ((float[] pixels, IReadOnlyList<string> classes) in augmented.Images)
        {
            sheet.Add(Bitmap(Array.ConvertAll(pixels, pixel => (byte)Math.Round(255 * Math.Clamp(pixel, 0, 1))), height, width), [.. classes.Select(name => (name, false))]);
        }

        return sheet.Png();
    }

    /// <summary>A hundred is for certainty alone, and no network has that.</summary>
    private static string Percent(double probability) =>
        probability >= 0.9995 ? ">99.9 %" : string.Create(CultureInfo.InvariantCulture, $"{100 * probability:F1} %");

    private static byte[] Filters(Network network, Conv2d first, Theme theme)
    {
        float[] weights = new float[network.Parameters[0].Shape.Count];
        network.Parameters[0].CopyTo(weights);
        int count = Math.Min(first.OutChannels, FiltersShown);
        int size = first.KernelSize;
        int values = first.InChannels * size * size;
        var sheet = new Sheet(theme, "Filters of the first layer", Math.Min(FiltersInARow, count), FilterSize);
        for (int filter = 0; filter < count; filter++)
        {
            float[] ofFilter = weights[(filter * values)..((filter + 1) * values)];
            float range = Math.Max(ofFilter.Max(Math.Abs), float.Epsilon);
            sheet.Add(Bitmap(Array.ConvertAll(ofFilter, value => (byte)Math.Round(127.5 + (127.5 * value / range))), size, size), ($"{filter}", false));
        }

        return sheet.Png();
    }

    private static SKBitmap Bitmap(ImageSet images, int index) => Bitmap(images.Pixels(index), images.Height, images.Width);

    /// <summary>A picture of three planes of bytes, or of one, which is grey.</summary>
    private static SKBitmap Bitmap(ReadOnlySpan<byte> planes, int height, int width)
    {
        var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        int plane = height * width;
        int next = planes.Length == plane ? 0 : plane;
        for (int i = 0; i < plane; i++)
        {
            bitmap.SetPixel(i % width, i / width, new SKColor(planes[i], planes[next + i], planes[(2 * next) + i]));
        }

        return bitmap;
    }
}

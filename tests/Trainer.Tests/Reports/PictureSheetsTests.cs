using CifarFast.Engine.Data;
using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Tests.Data;
using CifarFast.Trainer.Reports;
using CifarFast.Trainer.Tests.Images;
using SkiaSharp;

namespace CifarFast.Trainer.Tests.Reports;

/// <summary>What a report shows of pictures that were files.</summary>
public sealed class PictureSheetsTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void PicturesAreShownAsTheirFilesAreOrElseAsTheNetworkSawThem()
    {
        // What the network saw is red; the file is twice as wide as high, and green.
        byte[] red = [.. Enumerable.Repeat(byte.MaxValue, 64), .. new byte[128]];
        ImageSet images = new ImageSet(3, 8, 8, red, new int[1]).WithNames(new[] { "a/1.png" });
        var tree = new PictureTree(_temporary.Below("pictures"));
        tree.Write("a/1.png", PictureTree.Encode("png", 200, 100, (_, _) => SKColors.Lime));
        int whole = Count(Draw(images, tree.Folder), SKColors.Lime);
        Assert.Equal(0, Count(Draw(images, tree.Folder), SKColors.Red));
        int square = Count(Draw(images, _temporary.Below("nowhere")), SKColors.Red);
        Assert.InRange(whole, 0.45 * square, 0.55 * square);
        tree.Write("a/1.png", "no picture any more"u8);
        Assert.Equal(square, Count(Draw(images, tree.Folder), SKColors.Red));
    }

    private static SKBitmap Draw(ImageSet images, string folder)
    {
        var predictions = new Predictions([2, 1], classes: 2);
        var evaluation = new ModelEvaluation("", images, predictions, ClassificationReport.Of(predictions, images, ["a", "b"])) { Folder = folder };
        return SKBitmap.Decode(Assert.Single(PictureSheets.Of(evaluation)).Draw(Theme.Light));
    }

    private static int Count(SKBitmap sheet, SKColor colour)
    {
        using (sheet)
        {
            return sheet.Pixels.Count(pixel => pixel == colour);
        }
    }
}

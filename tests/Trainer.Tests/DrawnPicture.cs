using SkiaSharp;

namespace CifarFast.Trainer.Tests;

/// <summary>A picture that the program drew, opened as anybody else's program would.</summary>
internal static class DrawnPicture
{
    private const int LeastWidth = 1000;
    private const int LeastColours = 8;

    /// <summary>Fails the test unless a file is a picture large enough to print and has something on it.</summary>
    public static void Check(string path)
    {
        using SKBitmap? picture = SKBitmap.Decode(path);
        Assert.True(picture is not null, $"{path} is no picture");
        Assert.True(picture.Width >= LeastWidth, $"{path} is {picture.Width} pixels wide");
        var colours = new HashSet<SKColor>(picture.Pixels);
        Assert.True(colours.Count >= LeastColours, $"{path} has {colours.Count} colours");
    }
}

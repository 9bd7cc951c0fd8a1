using SkiaSharp;

namespace CifarFast.Trainer.Reports;

/// <summary>A sheet of small pictures with lines of text under each.</summary>
/// <param name="theme">The colours.</param>
/// <param name="title">What stands above.</param>
/// <param name="columns">Pictures side by side.</param>
/// <param name="side">Points of the longer side of a picture.</param>
internal sealed class Sheet(Theme theme, string title, int columns, float side)
{
    private const float Margin = 14;
    private const float Gap = 16;
    private const float TitleSize = 16;
    private const float TextSize = 11;
    private const float LineHeight = 14;

    /// <summary>Points of the screen from which on a pixel is seen as a square.</summary>
    private const float LeastSquare = 4;

    private readonly List<(SKBitmap Picture, (string Text, bool IsStrong)[] Lines)> _cells = [];

    /// <summary>Adds a picture.</summary>
    /// <param name="picture">The picture; it is the sheet's from here on.</param>
    /// <param name="lines">What stands under it, and whether it is to be seen first.</param>
    public void Add(SKBitmap picture, params (string Text, bool IsStrong)[] lines) => _cells.Add((picture, lines));

    /// <summary>Draws the sheet.</summary>
    /// <returns>A PNG.</returns>
    public byte[] Png()
    {
        EmbeddedFonts fonts = EmbeddedFonts.Use();
        float rowHeight = side + (LineHeight * _cells.Max(cell => cell.Lines.Length)) + Gap;
        int rows = (_cells.Count + columns - 1) / columns;
        float width = (2 * Margin) + (columns * side) + ((columns - 1) * Gap);
        float height = (2 * Margin) + TitleSize + Gap + (rows * rowHeight) - Gap;
        using var surface = SKSurface.Create(new SKImageInfo((int)(width * Chart.Scale), (int)(height * Chart.Scale)));
        SKCanvas canvas = surface.Canvas;
        canvas.Scale(Chart.Scale);
        canvas.Clear(theme.Background);
        using var strong = new SKFont(fonts.Medium, TextSize) { Subpixel = true, Hinting = SKFontHinting.None };
        using var plain = new SKFont(fonts.Regular, TextSize) { Subpixel = true, Hinting = SKFontHinting.None };
        using var heading = new SKFont(fonts.Medium, TitleSize) { Subpixel = true, Hinting = SKFontHinting.None };
        using var ink = new SKPaint { Color = theme.Text, IsAntialias = true };
        canvas.DrawText(title, Margin, Margin + TitleSize, heading, ink);
        for (int i = 0; i < _cells.Count; i++)
        {
            (SKBitmap picture, (string Text, bool IsStrong)[] lines) = _cells[i];
            float left = Margin + (i % columns * (side + Gap));
            float top = Margin + TitleSize + Gap + (i / columns * rowHeight);

            // Few pixels stay squares: smoothing would invent what the network never saw.
            float zoom = side / Math.Max(picture.Width, picture.Height);
            using SKImage image = SKImage.FromBitmap(picture);
            canvas.DrawImage(
                image,
                new SKRect(left, top, left + (zoom * picture.Width), top + (zoom * picture.Height)),
                new SKSamplingOptions(zoom * Chart.Scale >= LeastSquare ? SKFilterMode.Nearest : SKFilterMode.Linear),
                null);
            for (int line = 0; line < lines.Length; line++)
            {
                SKFont font = lines[line].IsStrong ? strong : plain;
                canvas.DrawText(Fit(lines[line].Text, font, side), left, top + side + ((line + 1) * LineHeight), font, ink);
            }

            picture.Dispose();
        }

        return PngFile.Of(surface);
    }

    private static string Fit(string text, SKFont font, float width)
    {
        string fitting = text;
        for (int length = text.Length; length > 0 && font.MeasureText(fitting) > width; length--)
        {
            fitting = $"{text[..(length - 1)].TrimEnd()}…";
        }

        return fitting;
    }
}

using SkiaSharp;

namespace CifarFast.Trainer.Reports;

/// <summary>The colours of pictures.</summary>
/// <param name="Background">Behind everything.</param>
/// <param name="Text">Titles, labels, axes.</param>
/// <param name="Faint">What should not stand out: grid lines, notes.</param>
/// <param name="Accent">What is meant to be seen: the full cell of a matrix, a bar.</param>
/// <param name="Series">One after another, told apart by people who do not see all colours, too (Okabe and Ito, "Color Universal Design", 2008).</param>
internal sealed record Theme(SKColor Background, SKColor Text, SKColor Faint, SKColor Accent, IReadOnlyList<SKColor> Series)
{
    /// <summary>For paper and bright screens.</summary>
    public static readonly Theme Light = new(
        SKColor.Parse("#ffffff"),
        SKColor.Parse("#1f2328"),
        SKColor.Parse("#d8dee4"),
        SKColor.Parse("#0072b2"),
        [.. new[] { "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#5c5c5c", "#8a6d00" }.Select(SKColor.Parse)]);

    /// <summary>For dark screens.</summary>
    public static readonly Theme Dark = new(
        SKColor.Parse("#15191f"),
        SKColor.Parse("#e6edf3"),
        SKColor.Parse("#343c46"),
        SKColor.Parse("#56b4e9"),
        [.. new[] { "#56b4e9", "#ff8c42", "#2fc89a", "#e79fc4", "#f0b429", "#8cc8f0", "#a8a8a8", "#d6b94c" }.Select(SKColor.Parse)]);

    /// <summary>The colour of the series at <paramref name="index"/>; they come round again.</summary>
    public SKColor Colour(int index) => Series[index % Series.Count];

    /// <summary>From the background (0) to the accent (1).</summary>
    public SKColor Shade(double share)
    {
        double t = double.IsNaN(share) ? 0 : Math.Clamp(share, 0, 1);
        return new SKColor(Mix(Background.Red, Accent.Red), Mix(Background.Green, Accent.Green), Mix(Background.Blue, Accent.Blue));

        byte Mix(byte from, byte to) => (byte)Math.Round(from + (t * (to - from)));
    }
}

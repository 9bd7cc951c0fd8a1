using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace CifarFast.Trainer.Reports;

/// <summary>A plot in the colours and fonts of a theme.</summary>
internal static class Chart
{
    /// <summary>Pixels a point: a picture of a page's width has some 300 an inch.</summary>
    public const float Scale = 3;

    private const float LineWidth = 1.8f;

    /// <summary>An empty plot.</summary>
    public static Plot Create(Theme theme, string title, string? xLabel = null, string? yLabel = null)
    {
        EmbeddedFonts.Use();
        var plot = new Plot { ScaleFactor = Scale };
        plot.Font.Set(EmbeddedFonts.Family);
        plot.FigureBackground.Color = Of(theme.Background);
        plot.DataBackground.Color = Of(theme.Background);
        plot.Axes.Color(Of(theme.Text));
        plot.Grid.MajorLineColor = Of(theme.Faint);
        plot.Legend.BackgroundColor = Of(theme.Background).WithAlpha(0.85);
        plot.Legend.OutlineColor = Of(theme.Faint);
        plot.Legend.FontColor = Of(theme.Text);
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Axes.Top.FrameLineStyle.Width = 0;
        plot.Title(title);
        if (xLabel is not null)
        {
            plot.XLabel(xLabel);
        }

        if (yLabel is not null)
        {
            plot.YLabel(yLabel);
        }

        return plot;
    }

    /// <summary>Adds a line, without the places where there is no number; nothing where there is none at all.</summary>
    /// <param name="plot">Where to.</param>
    /// <param name="name">For the legend.</param>
    /// <param name="points">x and y.</param>
    /// <param name="colour">The line's.</param>
    /// <param name="dashed">Whether the line is dashed.</param>
    /// <param name="markers">Whether every point is marked.</param>
    /// <param name="marker">By what.</param>
    public static void AddLine(Plot plot, string name, IEnumerable<(double X, double Y)> points, SKColor colour, bool dashed = false, bool markers = true, MarkerShape marker = MarkerShape.FilledCircle)
    {
        (double X, double Y)[] finite = [.. points.Where(point => double.IsFinite(point.Y))];
        if (finite.Length == 0)
        {
            return;
        }

        ScottPlot.Plottables.Scatter line = plot.Add.Scatter(finite.Select(point => point.X).ToArray(), finite.Select(point => point.Y).ToArray());
        line.LegendText = name;
        line.Color = Of(colour);
        line.LineWidth = LineWidth;
        line.LinePattern = dashed ? LinePattern.Dashed : LinePattern.Solid;
        line.MarkerShape = marker;
        line.MarkerSize = markers || finite.Length == 1 ? 5 : 0;
    }

    /// <summary>Has whole numbers only on the horizontal axis, from <paramref name="first"/> to <paramref name="last"/>.</summary>
    public static void CountAlong(Plot plot, double first, double last)
    {
        plot.Axes.Bottom.TickGenerator = new NumericAutomatic { IntegerTicksOnly = true };
        double margin = Math.Max(0.5, (last - first) * 0.03);
        plot.Axes.SetLimitsX(first - margin, last + margin);
    }

    /// <summary>Draws a plot.</summary>
    /// <param name="plot">The plot.</param>
    /// <param name="width">In points.</param>
    /// <param name="height">In points.</param>
    /// <returns>A PNG.</returns>
    public static byte[] Png(Plot plot, int width, int height) => Table([plot], columns: 1, width, height);

    /// <summary>Draws plots side by side, in rows.</summary>
    /// <param name="plots">The plots, row by row.</param>
    /// <param name="columns">How many there are in a row.</param>
    /// <param name="width">Of each, in points.</param>
    /// <param name="height">Of each, in points.</param>
    /// <returns>A PNG.</returns>
    public static byte[] Table(IReadOnlyList<Plot> plots, int columns, int width, int height)
    {
        int wide = (int)(width * Scale);
        int high = (int)(height * Scale);
        using var surface = SKSurface.Create(new SKImageInfo(wide * columns, high * ((plots.Count + columns - 1) / columns)));
        foreach ((int i, Plot plot) in plots.Index())
        {
            // The order of colours that ScottPlot itself draws in: in another one edges are rounded otherwise.
            using SKSurface one = SKSurface.Create(new SKImageInfo(wide, high, SKColorType.Rgba8888));
            plot.Render(one.Canvas, wide, high);
            surface.Canvas.DrawSurface(one, i % columns * wide, i / columns * high);
        }

        return PngFile.Of(surface);
    }

    /// <summary>A colour as ScottPlot has it.</summary>
    public static Color Of(SKColor colour) => new(colour.Red, colour.Green, colour.Blue, colour.Alpha);
}

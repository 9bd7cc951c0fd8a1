using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace CifarFast.Trainer.Console;

/// <summary>The training loss of a run as a curve of characters, each of which holds a few dots.</summary>
internal static class LossCurve
{
    /// <summary>What of a line is no curve: the longest figure, a blank and the axis.</summary>
    private const int LabelWidth = 9;

    private const int MinWidth = LabelWidth + 2 + 8;

    private static readonly Style _curve = new(Color.Blue);
    private static readonly Style _label = new(Color.Grey);

    /// <summary>Draws the curve, with its highest and lowest value to the left and its first and last step below.</summary>
    /// <param name="steps">What the loss was at which steps, in order.</param>
    /// <param name="width">How long a line may be.</param>
    /// <param name="height">How many lines there may be.</param>
    /// <param name="unicode">Whether there are characters beyond ASCII.</param>
    /// <returns>No lines where there are not two values, or no room.</returns>
    public static IReadOnlyList<SegmentLine> Draw(IReadOnlyList<(long Step, double Loss)> steps, int width, int height, bool unicode)
    {
        // The loss that ends a run is no number.
        (long Step, double Loss)[] points = [.. steps.Where(step => double.IsFinite(step.Loss))];
        int rows = height - 1;
        if (points.Length < 2 || width < MinWidth || rows < 2)
        {
            return [];
        }

        int cells = width - LabelWidth - 2;
        DotGrid grid = unicode ? DotGrid.Braille(cells, rows) : DotGrid.Ascii(cells, rows);
        double[] values = Resample([.. points.Select(point => point.Loss)], grid.Width);
        (double low, double high) = (values.Min(), values.Max());
        double range = high > low ? high - low : 1;
        int[] heights = [.. values.Select(value => (int)Math.Round((value - low) / range * (grid.Height - 1)))];
        for (int x = 0; x < heights.Length; x++)
        {
            // Down or up to where the last column was, so that the curve has no gaps.
            int from = heights[Math.Max(0, x - 1)];
            from += Math.Sign(heights[x] - from);
            for (int y = Math.Min(from, heights[x]); y <= Math.Max(from, heights[x]); y++)
            {
                grid.Set(x, y);
            }
        }

        string first = string.Create(CultureInfo.InvariantCulture, $"{"step",LabelWidth}  {points[0].Step}");
        string last = points[^1].Step.ToString(CultureInfo.InvariantCulture);
        return
        [
            .. Enumerable.Range(0, rows).Select(row => new SegmentLine
            {
                new($"{Label(row, rows, low, high),LabelWidth} {(!unicode ? '|' : Label(row, rows, low, high).Length > 0 ? '┤' : '│')}", _label),
                new(grid.Row(row), _curve),
            }),
            new() { new(first.Length + last.Length < width ? first + last.PadLeft(width - first.Length) : first, _label) },
        ];
    }

    private static string Label(int row, int rows, double low, double high) =>
        row == rows - 1 ? LossFigure.Format(low)
        : row == 0 && high > low ? LossFigure.Format(high)
        : "";

    /// <summary>As many values as wanted over the same range: means of several where there are more, lines from one to the next where there are fewer.</summary>
    private static double[] Resample(double[] values, int count)
    {
        double[] result = new double[count];
        for (int i = 0; i < count; i++)
        {
            if (values.Length > count)
            {
                int from = (int)((long)i * values.Length / count);
                int to = (int)((i + 1L) * values.Length / count);

                // Divided first, as the sum of huge losses would be infinite.
                result[i] = values[from..to].Sum(value => value / (to - from));
            }
            else
            {
                double place = i * (values.Length - 1.0) / (count - 1);
                int from = Math.Min((int)place, values.Length - 2);
                result[i] = values[from] + ((values[from + 1] - values[from]) * (place - from));
            }
        }

        return result;
    }
}

using System.Globalization;
using System.Security;
using System.Text;

namespace CifarFast.Benchmarks.Reports;

/// <summary>Kernels as points under the roof that peak and memory make, along logarithmic axes, as an SVG.</summary>
internal sealed class RooflinePicture
{
    private const int Width = 1000;
    private const int Height = 680;
    private const int Left = 70;
    private const int Right = 980;
    private const int Top = 46;
    private const int Bottom = 620;
    private const int LineHeight = 13;
    private const double CharacterWidth = 6.1;

    /// <summary>What each kind is called, its colour (Okabe and Ito, "Color Universal Design", 2008), and its mark around the origin.</summary>
    private static readonly Dictionary<RooflineKind, (string Name, string Colour, string Mark)> _kinds = new()
    {
        [RooflineKind.Winograd] = ("convolution, Winograd", "#d55e00", "M-5,0a5,5 0 1,0 10,0a5,5 0 1,0 -10,0z"),
        [RooflineKind.DirectConvolution] = ("convolution, direct", "#0072b2", "M-4.5,-4.5h9v9h-9z"),
        [RooflineKind.Linear] = ("linear", "#009e73", "M0,-6l6,6l-6,6l-6,-6z"),
        [RooflineKind.Normalization] = ("batch normalisation", "#cc79a7", "M0,-6l6,10.5h-12z"),
        [RooflineKind.Activation] = ("activation", "#56b4e9", "M0,6l6,-10.5h-12z"),
        [RooflineKind.Pooling] = ("max-pooling", "#8a6d00", "M-2,-6h4v4h4v4h-4v4h-4v-4h-4v-4h4z"),
        [RooflineKind.Optimizer] = ("optimizer", "#5c5c5c", "M0,-6l5.2,3v6l-5.2,3l-5.2,-3v-6z"),
    };

    private readonly StringBuilder _svg = new();
    private readonly List<(double Left, double Top, double Right, double Bottom)> _taken = [];
    private readonly (double From, double To) _intensities;
    private readonly (double From, double To) _rates;

    private RooflinePicture(IReadOnlyList<RooflineKernel> kernels, double peak)
    {
        // Room for labels: on the left, above the convolutions, and behind them for the peak's.
        _intensities = (kernels.Min(kernel => kernel.Intensity) / 3.5, kernels.Max(kernel => kernel.Intensity) * 16);
        _rates = (kernels.Min(kernel => kernel.Rate) / 2.5, Math.Max(peak, kernels.Max(kernel => kernel.Rate)) * 4);
    }

    /// <summary>Draws kernels that have been measured.</summary>
    /// <param name="title">What they were measured on.</param>
    /// <param name="kernels">The kernels.</param>
    /// <param name="peak">Floating-point operations a second at most.</param>
    /// <param name="bandwidth">Bytes a second at most.</param>
    public static string Draw(string title, IReadOnlyList<RooflineKernel> kernels, double peak, double bandwidth)
    {
        var picture = new RooflinePicture(kernels, peak);
        picture.Begin(title);
        picture.DrawAxes();
        picture.DrawRoofs(peak, bandwidth);
        picture.DrawKernels(kernels, peak);
        picture.DrawLegend();
        return picture._svg.Append("</svg>\n").ToString();
    }

    private double X(double intensity) => Left + ((Right - Left) * Part(intensity, _intensities));

    private double Y(double rate) => Bottom - ((Bottom - Top) * Part(rate, _rates));

    private static double Part(double value, (double From, double To) range) => Math.Log(value / range.From) / Math.Log(range.To / range.From);

    private void Begin(string title)
    {
        Add($"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" width="{Width}" height="{Height}" font-family="Roboto, Helvetica, Arial, sans-serif" font-size="11">
            <rect width="{Width}" height="{Height}" fill="#fff"/>
            """);
        Text((Left + Right) / 2, Top - 18, title, "middle", size: 15);
    }

    private void DrawAxes()
    {
        foreach ((double value, bool isPower) in Ticks(_intensities))
        {
            Line(X(value), Top, X(value), Bottom, isPower ? "#c8ced4" : "#eceff2");
            if (isPower)
            {
                Text(X(value), Bottom + 18, Number(value), "middle");
            }
        }

        foreach ((double value, bool isPower) in Ticks(_rates, unit: 1e9))
        {
            Line(Left, Y(value), Right, Y(value), isPower ? "#c8ced4" : "#eceff2");
            if (isPower)
            {
                Text(Left - 8, Y(value) + 4, Number(value / 1e9), "end");
            }
        }

        Add($"""<rect x="{Left}" y="{Top}" width="{Right - Left}" height="{Bottom - Top}" fill="none" stroke="#1f2328"/>""");
        Text((Left + Right) / 2, Height - 18, "floating-point operations for each byte that has to be moved", "middle", size: 13);
        Text(22, (Top + Bottom) / 2, "GFLOP/s", "middle", angle: -90, size: 13);
    }

    private void DrawRoofs(double peak, double bandwidth)
    {
        double ridge = peak / bandwidth;
        double first = Math.Max(_intensities.From, _rates.From / bandwidth);
        Line(X(first), Y(first * bandwidth), X(ridge), Y(peak), "#1f2328", width: 2);
        Line(X(ridge), Y(peak), Right, Y(peak), "#1f2328", width: 2);
        Text(Right - 6, Y(peak) + 16, $"multiply-add peak, {Number(peak / 1e9)} GFLOP/s", "end", size: 12);

        // Labels keep off the slope.
        for (double x = X(first), step = (X(ridge) - x) / 100; x < X(ridge); x += step)
        {
            double y = Y(first * bandwidth) + ((Y(peak) - Y(first * bandwidth)) * (x - X(first)) / (X(ridge) - X(first)));
            _taken.Add((x - 3, y - 3, x + 3, y + 3));
        }

        double place = Math.Pow(first, 0.25) * Math.Pow(ridge, 0.75);
        double angle = Math.Atan2(Y(peak) - Y(first * bandwidth), X(ridge) - X(first));
        (double left, double up) = (X(place) + (9 * Math.Sin(angle)), Y(place * bandwidth) - (9 * Math.Cos(angle)));
        Text(left, up, $"memory, {Number(bandwidth / 1e9)} GB/s", "middle", angle * 180 / Math.PI, size: 12);
    }

    private void DrawKernels(IReadOnlyList<RooflineKernel> kernels, double peak)
    {
        NameConvolutions(kernels.Where(IsConvolution), peak);
        foreach (RooflineKernel kernel in kernels)
        {
            double x = X(kernel.Intensity), y = Y(kernel.Rate);
            Mark(kernel.Kind, x, y, isHollow: kernel.IsBackward);
            _taken.Add((x - 6, y - 6, x + 6, y + 6));
        }

        foreach (RooflineKernel kernel in kernels.Where(kernel => !IsConvolution(kernel)))
        {
            Label(X(kernel.Intensity), Y(kernel.Rate), $"{kernel.Name.Split('(', ',')[0]} {kernel.Pass}");
        }
    }

    /// <summary>All passes of a convolution stand above each other: it is named once, upwards from the fastest or the roof.</summary>
    private void NameConvolutions(IEnumerable<RooflineKernel> kernels, double peak)
    {
        double next = double.NegativeInfinity;
        foreach (IGrouping<string, RooflineKernel> layer in kernels.GroupBy(kernel => kernel.Name).OrderBy(layer => layer.First().Intensity))
        {
            double exact = X(layer.First().Intensity);
            double x = Math.Max(next, exact);
            double y = Math.Min(Y(peak), Y(layer.Max(kernel => kernel.Rate))) - 11;
            Line(exact, Y(layer.Min(kernel => kernel.Rate)), x, y, "#8b949e");
            Text(x + 4, y, layer.Key, "start", angle: -90);
            next = x + LineHeight;
        }
    }

    private static bool IsConvolution(RooflineKernel kernel) => kernel.Kind is RooflineKind.Winograd or RooflineKind.DirectConvolution;

    /// <summary>Puts a label where it hides nothing, or, where there is no such place, to the right.</summary>
    private void Label(double x, double y, string text)
    {
        double width = CharacterWidth * text.Length;
        var places = (
            from line in new[] { 0, 1, -1, 2, -2, 3, -3 }
            from isRight in new[] { true, false }
            select (X: isRight ? x + 10 : x - 10, Y: y + 4 + (line * LineHeight), Anchor: isRight ? "start" : "end")).ToList();
        var place = places.FirstOrDefault(place => Box(place).Left > Left && !_taken.Exists(taken => Overlap(taken, Box(place))), places[0]);
        _taken.Add(Box(place));
        Text(place.X, place.Y, text, place.Anchor);

        (double Left, double Top, double Right, double Bottom) Box((double X, double Y, string Anchor) place)
        {
            double left = place.Anchor switch { "start" => place.X, "end" => place.X - width, _ => place.X - (width / 2) };
            return (left, place.Y - 10, left + width, place.Y + 3);
        }
    }

    private static bool Overlap((double Left, double Top, double Right, double Bottom) one, (double Left, double Top, double Right, double Bottom) other) =>
        one.Left < other.Right && other.Left < one.Right && one.Top < other.Bottom && other.Top < one.Bottom;

    private void DrawLegend()
    {
        const int x = Right - 330;
        int height = (_kinds.Count * 18) + 48;
        int y = Bottom - height - 12;
        Add($"""<rect x="{x}" y="{y}" width="318" height="{height}" fill="#fff" stroke="#c8ced4"/>""");
        foreach (RooflineKind kind in _kinds.Keys)
        {
            y += 18;
            Mark(kind, x + 16, y, isHollow: false);
            Mark(kind, x + 34, y, isHollow: true);
            Text(x + 48, y + 4, _kinds[kind].Name, "start");
        }

        Text(x + 10, y + 22, "full: forward, update; hollow: backward, gradients", "start");
        Text(x + 10, y + 37, "Winograd's rates count the definition's multiply-adds", "start");
    }

    private void Mark(RooflineKind kind, double x, double y, bool isHollow) =>
        Add($"""<path transform="translate({x:F1},{y:F1})" d="{_kinds[kind].Mark}" fill="{(isHollow ? "#fff" : _kinds[kind].Colour)}" stroke="{_kinds[kind].Colour}" stroke-width="1.5"/>""");

    private void Line(double x1, double y1, double x2, double y2, string colour, double width = 1) =>
        Add($"""<line x1="{x1:F1}" y1="{y1:F1}" x2="{x2:F1}" y2="{y2:F1}" stroke="{colour}" stroke-width="{width}"/>""");

    private void Text(double x, double y, string text, string anchor, double angle = 0, int size = 11)
    {
        string transform = angle == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" transform=\"rotate({angle:F1} {x:F1} {y:F1})\"");
        Add($"""<text x="{x:F1}" y="{y:F1}" text-anchor="{anchor}" font-size="{size}" fill="#1f2328" stroke="#fff" stroke-width="3" paint-order="stroke"{transform}>{SecurityElement.Escape(text)}</text>""");
    }

    private void Add(FormattableString line) => _svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static string Number(double value) => value.ToString(value < 100 ? "G3" : "F0", CultureInfo.InvariantCulture);

    /// <summary>Powers of ten, and the whole multiples of them in between.</summary>
    private static IEnumerable<(double Value, bool IsPower)> Ticks((double From, double To) range, double unit = 1) =>
        from power in Enumerable.Range(-6, 20)
        from multiple in Enumerable.Range(1, 9)
        let value = unit * multiple * Math.Pow(10, power)
        where value > range.From && value < range.To
        select (value, multiple == 1);
}

using Spectre.Console;
using Spectre.Console.Rendering;

namespace CifarFast.Trainer.Console;

/// <summary>
/// The last lines on a terminal, which are drawn again and again while other lines are printed above them.
/// </summary>
/// <remarks>
/// Spectre's live displays leave the cursor at their end and go up by as many lines as they drew. In a window that became narrower
/// most terminals have wrapped these lines by then, so leftovers would stay. Here the cursor rests at the first character of the
/// region: terminals that wrap anew move it along with that character, the others do not move it at all, and all below it is ours.
/// </remarks>
internal sealed class LiveRegion(IAnsiConsole console)
{
    private const string ClearToEndOfLine = "\e[K";
    private const string ClearToEndOfScreen = "\e[J";

    private bool _isShown;
    private int _width;

    /// <summary>How long a line may be: one less than the window is wide, as some terminals wrap with the last character.</summary>
    public int LineWidth => Math.Max(1, console.Profile.Width - 1);

    /// <summary>How many lines there may be: the cursor cannot go up beyond the window.</summary>
    public int Height => Math.Max(1, console.Profile.Height - 1);

    /// <summary>Draws the region.</summary>
    /// <param name="above">What is printed above it, for good.</param>
    /// <param name="lines">What it shows from now on; what does not fit is cut off.</param>
    public void Draw(IReadOnlyList<SegmentLine> above, IReadOnlyList<SegmentLine> lines)
    {
        if (!_isShown)
        {
            console.Cursor.Hide();
            _isShown = true;
        }

        SegmentLine[] shown = [.. lines.Take(Height)];

        // A key that is pressed, as that of Ctrl+C, is shown where the cursor is and moves it.
        List<Segment> frame = [Segment.Control("\r")];
        if (_width != LineWidth)
        {
            // Lines that the terminal has wrapped would stay joined if they were only overwritten.
            _width = LineWidth;
            frame.Add(Segment.Control(ClearToEndOfScreen));
        }

        foreach (SegmentLine line in above.Concat(shown))
        {
            frame.AddRange(Segment.Truncate(line, _width));
            frame.Add(Segment.Control(ClearToEndOfLine));
            frame.Add(Segment.LineBreak);
        }

        // The end is cleared from the last line, without which a region at the lower edge would scroll.
        if (shown.Length > 0)
        {
            frame.RemoveAt(frame.Count - 1);
        }

        frame.Add(Segment.Control(shown.Length switch
        {
            0 => ClearToEndOfScreen,
            1 => $"{ClearToEndOfScreen}\r",
            _ => $"{ClearToEndOfScreen}\r\e[{shown.Length - 1}A",
        }));
        console.Write(new Frame(frame));
    }

    /// <summary>Takes the region away and gives the cursor back.</summary>
    /// <param name="above">What is printed in its place, for good.</param>
    public void End(IReadOnlyList<SegmentLine> above)
    {
        Draw(above, []);
        console.Cursor.Show();
        _isShown = false;
    }

    private sealed class Frame(IReadOnlyList<Segment> segments) : Renderable
    {
        protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => segments;
    }
}

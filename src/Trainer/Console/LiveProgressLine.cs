using Spectre.Console;
using Spectre.Console.Rendering;

namespace CifarFast.Trainer.Console;

/// <summary>One line of a terminal that shows how far something is, with a bar where there is room. Not safe for use by several threads at once.</summary>
/// <param name="console">The terminal.</param>
/// <param name="time">Tells the speed, and when to draw.</param>
/// <param name="name">What it is about.</param>
/// <param name="widthOfFigures">Room for the figures right of the bar, so that the bar keeps its length.</param>
internal sealed class LiveProgressLine(IAnsiConsole console, TimeProvider time, string name, int widthOfFigures)
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(0.2);

    private readonly LiveRegion _region = new(console);
    private bool _isShown;
    private long _doneBefore;
    private long _start;
    private long _drawn;

    /// <summary>Shows how far it is; at the end the line goes away.</summary>
    /// <param name="done">How much is done.</param>
    /// <param name="total">Of how much.</param>
    /// <param name="figures">The figures with their weights, by how much is done a second: more than nothing, or not known yet.</param>
    public void Report(long done, long total, Func<double?, IReadOnlyList<(int Weight, string Text)>> figures)
    {
        if (done >= total)
        {
            End();
            return;
        }

        if (!_isShown)
        {
            _isShown = true;
            _doneBefore = done;
            _start = time.GetTimestamp();
        }
        else if (time.GetElapsedTime(_drawn) < _interval)
        {
            return;
        }

        _drawn = time.GetTimestamp();
        double speed = (done - _doneBefore) / time.GetElapsedTime(_start).TotalSeconds;
        _region.Draw([], [Line(done, total, figures(speed > 0 ? speed : null))]);
    }

    /// <summary>Takes the line away.</summary>
    public void End()
    {
        if (_isShown)
        {
            _isShown = false;
            _region.End([]);
        }
    }

    private SegmentLine Line(long done, long total, IReadOnlyList<(int Weight, string Text)> figures)
    {
        int width = _region.LineWidth;
        IReadOnlyList<Segment> bar = ProgressBar.Draw(width - name.Length - 3 - widthOfFigures, done, total, console.Profile.Capabilities.Unicode);
        return bar.Count > 0
            ? [new($"{name} "), .. bar, new($"  {FigureLine.Fit(widthOfFigures, figures)}")]
            : [new(FigureLine.Fit(width, [(4, name), .. figures]))];
    }
}

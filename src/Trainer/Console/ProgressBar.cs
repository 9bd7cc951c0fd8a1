using Spectre.Console;
using Spectre.Console.Rendering;

namespace CifarFast.Trainer.Console;

/// <summary>A bar of characters that fills from the left.</summary>
internal static class ProgressBar
{
    private const int MaxWidth = 40;
    private const int MinWidth = 4;

    private static readonly Style _done = new(Color.Green);
    private static readonly Style _left = new(Color.Grey);

    /// <summary>Draws the bar; nothing where there is no room for one.</summary>
    /// <param name="room">How long it may be.</param>
    /// <param name="done">How much is done.</param>
    /// <param name="total">Of how much.</param>
    /// <param name="unicode">Whether there are characters beyond ASCII.</param>
    public static IReadOnlyList<Segment> Draw(int room, double done, double total, bool unicode)
    {
        int width = Math.Min(MaxWidth, room);
        if (width < MinWidth)
        {
            return [];
        }

        int filled = (int)(width * done / Math.Max(1, total));
        return [new(new string(unicode ? '━' : '#', filled), _done), new(new string(unicode ? '─' : '-', width - filled), _left)];
    }
}

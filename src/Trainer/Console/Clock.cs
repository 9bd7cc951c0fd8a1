using System.Globalization;

namespace CifarFast.Trainer.Console;

/// <summary>Durations as people read them.</summary>
internal static class Clock
{
    /// <summary>As <c>0:42</c>, <c>12:05</c> or <c>3:07:09</c>.</summary>
    public static string Format(double seconds)
    {
        if (!double.IsFinite(seconds) || seconds < 0 || seconds > TimeSpan.MaxValue.TotalSeconds / 2)
        {
            return "?";
        }

        var time = TimeSpan.FromSeconds(Math.Ceiling(seconds));
        return time.TotalHours < 1
            ? time.ToString(@"m\:ss", CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time:mm\\:ss}");
    }
}

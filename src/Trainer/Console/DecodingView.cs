using System.Globalization;
using CifarFast.Trainer.Images;

namespace CifarFast.Trainer.Console;

/// <summary>
/// Shows the decoding of pictures while it runs: one line on a terminal, with a bar where there is room; a line every few seconds elsewhere.
/// Nothing is shown where nothing is decoded.
/// </summary>
internal static class DecodingView
{
    private static readonly TimeSpan _plainInterval = TimeSpan.FromSeconds(5);

    /// <summary>Runs <paramref name="load"/> and shows the progress it reports, from whatever threads.</summary>
    /// <param name="session">Where to show it.</param>
    /// <param name="live">Whether on a terminal.</param>
    /// <param name="load">Loads the pictures.</param>
    /// <param name="time">Tells the speed, and when to draw.</param>
    public static PictureDataset Show(Session session, bool live, Func<Action<PictureProgress>, PictureDataset> load, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        var gate = new Lock();
        if (!live)
        {
            long told = time.GetTimestamp();
            return load(value =>
            {
                lock (gate)
                {
                    if (time.GetElapsedTime(told) >= _plainInterval)
                    {
                        told = time.GetTimestamp();
                        session.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"decoding pictures: {value.Done:N0} of {value.Total:N0}"));
                    }
                }
            });
        }

        var line = new LiveProgressLine(session.Console, time, "pictures", "100%  100,000/100,000  10,000/s  59:59 left".Length);
        int latest = 0;
        try
        {
            return load(value =>
            {
                lock (gate)
                {
                    // One thread may be told to report before another one that counts after it.
                    if (value.Done > latest)
                    {
                        latest = value.Done;
                        line.Report(value.Done, value.Total, speed => Figures(value, speed));
                    }
                }
            });
        }
        finally
        {
            line.End();
        }
    }

    private static IReadOnlyList<(int Weight, string Text)> Figures(PictureProgress value, double? speed) =>
    [
        (5, $"{(long)value.Done * 100 / value.Total}%"),
        (3, string.Create(CultureInfo.InvariantCulture, $"{value.Done:N0}/{value.Total:N0}")),
        .. speed is not double pictures ? [] : new[]
        {
            (1, string.Create(CultureInfo.InvariantCulture, $"{pictures:N0}/s")),
            (2, $"{Clock.Format((value.Total - value.Done) / pictures)} left"),
        },
    ];
}

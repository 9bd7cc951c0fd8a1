using System.Globalization;
using CifarFast.Engine.Data;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace CifarFast.Trainer.Console;

/// <summary>
/// Shows a download while it runs: one line on a terminal, with a bar where there is room; a line every tenth elsewhere. Nothing
/// is shown where nothing is downloaded.
/// </summary>
internal static class DownloadView
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(0.2);

    /// <summary>Runs <paramref name="load"/> and shows the progress it reports.</summary>
    /// <param name="session">Where to show it.</param>
    /// <param name="live">Whether on a terminal.</param>
    /// <param name="title">What is downloaded.</param>
    /// <param name="load">Loads the data set.</param>
    /// <param name="time">Tells the speed of the download, and when to draw.</param>
    public static LoadedDataset Show(
        Session session, bool live, string title, Func<IProgress<DownloadProgress>, LoadedDataset> load, TimeProvider? time = null)
    {
        if (!live)
        {
            return load(new PlainProgress(title, session.Error));
        }

        var progress = new LiveProgress(title, session.Console, time ?? TimeProvider.System);
        try
        {
            return load(progress);
        }
        finally
        {
            progress.End();
        }
    }

    private sealed class LiveProgress(string title, IAnsiConsole console, TimeProvider time) : IProgress<DownloadProgress>
    {
        /// <summary>Room for the figures right of the bar, so that the bar keeps its length.</summary>
        private static readonly int _widthOfFigures = "100%  170/170 MB  1000.0 MB/s  59:59 left".Length;

        private readonly LiveRegion _region = new(console);
        private bool _isShown;
        private long _receivedBefore;
        private long _start;
        private long _drawn;

        public void Report(DownloadProgress value)
        {
            if (value.Received >= value.Total)
            {
                End();
                return;
            }

            if (!_isShown)
            {
                _isShown = true;
                _receivedBefore = value.Received;
                _start = time.GetTimestamp();
            }
            else if (time.GetElapsedTime(_drawn) < _interval)
            {
                return;
            }

            _drawn = time.GetTimestamp();
            _region.Draw([], [Line(value)]);
        }

        public void End()
        {
            if (_isShown)
            {
                _isShown = false;
                _region.End([]);
            }
        }

        private SegmentLine Line(DownloadProgress value)
        {
            int width = _region.LineWidth;
            double speed = (value.Received - _receivedBefore) / time.GetElapsedTime(_start).TotalSeconds;
            (int, string)[] figures =
            [
                (5, $"{value.Received * 100 / value.Total}%"),
                (3, $"{value.Received / 1_000_000}/{value.Total / 1_000_000} MB"),
                .. !(speed > 0) ? [] : new[]
                {
                    (1, string.Create(CultureInfo.InvariantCulture, $"{speed / 1_000_000:F1} MB/s")),
                    (2, $"{Clock.Format((value.Total - value.Received) / speed)} left"),
                },
            ];
            IReadOnlyList<Segment> bar = ProgressBar.Draw(
                width - title.Length - 3 - _widthOfFigures, value.Received, value.Total, console.Profile.Capabilities.Unicode);
            return bar.Count > 0
                ? [new($"{title} "), .. bar, new($"  {FigureLine.Fit(_widthOfFigures, figures)}")]
                : [new(FigureLine.Fit(width, [(4, title), .. figures]))];
        }
    }

    private sealed class PlainProgress(string title, TextWriter output) : IProgress<DownloadProgress>
    {
        private long _tenth = -1;

        public void Report(DownloadProgress value)
        {
            long tenth = value.Total > 0 ? value.Received * 10 / value.Total : 0;
            if (tenth != _tenth)
            {
                _tenth = tenth;
                output.WriteLine($"downloading {title}: {value.Received / 1_000_000} of {value.Total / 1_000_000} MB");
            }
        }
    }
}

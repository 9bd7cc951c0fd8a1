using System.Globalization;
using CifarFast.Engine.Data;
using Spectre.Console;

namespace CifarFast.Trainer.Console;

/// <summary>
/// Shows a download while it runs: one line on a terminal, with a bar where there is room; a line every tenth elsewhere. Nothing
/// is shown where nothing is downloaded.
/// </summary>
internal static class DownloadView
{
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
        private readonly LiveProgressLine _line = new(console, time, title, "100%  170/170 MB  1000.0 MB/s  59:59 left".Length);

        public void Report(DownloadProgress value) => _line.Report(value.Received, value.Total, speed =>
        [
            (5, $"{value.Received * 100 / value.Total}%"),
            (3, $"{value.Received / 1_000_000}/{value.Total / 1_000_000} MB"),
            .. speed is not double bytes ? [] : new[]
            {
                (1, string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000:F1} MB/s")),
                (2, $"{Clock.Format((value.Total - value.Received) / bytes)} left"),
            },
        ]);

        public void End() => _line.End();
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

using CifarFast.Engine.Data;
using Spectre.Console;

namespace CifarFast.Trainer.Console;

/// <summary>Shows a download while it runs: a bar on a terminal, a line every tenth elsewhere; nothing where nothing is downloaded.</summary>
internal static class DownloadView
{
    /// <summary>Runs <paramref name="load"/> and shows the progress it reports.</summary>
    public static LoadedDataset Show(Session session, bool live, Func<IProgress<DownloadProgress>, LoadedDataset> load)
    {
        if (!live)
        {
            return load(new PlainProgress(session.Output));
        }

        return session.Console.Progress()
            .AutoClear(true)
            .HideCompleted(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new DownloadedColumn(), new TransferSpeedColumn(), new RemainingTimeColumn())
            .Start(context => load(new LiveProgress(context)));
    }

    private sealed class LiveProgress(ProgressContext context) : IProgress<DownloadProgress>
    {
        private ProgressTask? _task;

        public void Report(DownloadProgress value)
        {
            _task ??= context.AddTask("CIFAR-10", maxValue: value.Total);
            _task.Value = value.Received;
        }
    }

    private sealed class PlainProgress(TextWriter output) : IProgress<DownloadProgress>
    {
        private long _tenth = -1;

        public void Report(DownloadProgress value)
        {
            long tenth = value.Total > 0 ? value.Received * 10 / value.Total : 0;
            if (tenth != _tenth)
            {
                _tenth = tenth;
                output.WriteLine($"downloading CIFAR-10: {value.Received / 1_000_000} of {value.Total / 1_000_000} MB");
            }
        }
    }
}

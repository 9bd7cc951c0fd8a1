using System.Runtime.ExceptionServices;
using CifarFast.Engine.Files;
using CifarFast.Engine.Inference;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Reports;

/// <summary>Draws a run, into its folder.</summary>
internal static class RunReport
{
    private static readonly TimeSpan _lockPoll = TimeSpan.FromMilliseconds(50);

    /// <summary>Makes sure that a report can be written to a run's folder, before anything is computed for it.</summary>
    /// <exception cref="RunException">It cannot.</exception>
    public static void CheckFolder(RunRecord run) => WriteTo(run, () => FileLock.TryTake(new RunPaths(run.Path).ReportLock)?.Dispose());

    /// <summary>Writes the pictures, the figures and the page of a run in place of those of an earlier report, also where there are fewer now.</summary>
    /// <param name="run">The run.</param>
    /// <param name="model">Its network, or null where it has none yet.</param>
    /// <param name="evaluation">How well that classifies, or null where there were no images to tell by.</param>
    /// <param name="augmented">Training images as the network saw them, or null where there are none to show.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="RunException">A file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">Cancellation was asked for.</exception>
    public static void Write(RunRecord run, Classifier? model, ModelEvaluation? evaluation, AugmentedImages? augmented, CancellationToken cancellation)
    {
        Picture[] pictures =
        [
            .. Curves.Of(run),
            .. evaluation is null ? [] : ConfusionCharts.Of(evaluation),
            .. evaluation is null ? [] : PictureSheets.Of(evaluation),
            .. augmented is null ? [] : new[] { PictureSheets.Of(augmented) },
            .. model is null ? [] : PictureSheets.OfFilters(model.Network),
        ];
        Drawing[] drawings = Draw(pictures, cancellation);
        string page = new HtmlReport(run, model?.Network.Architecture, evaluation, drawings).Write();
        WriteTo(run, () =>
        {
            using IDisposable mine = Lock(run, cancellation);
            Write(run, evaluation, drawings, page);
        });
    }

    private static void WriteTo(RunRecord run, Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RunException($"{Reason.Of(error)} Make '{run.Path}' writable, or make room there.", error);
        }
    }

    private static Drawing[] Draw(Picture[] pictures, CancellationToken cancellation)
    {
        var drawings = new Drawing[pictures.Length];
        try
        {
            Parallel.For(0, pictures.Length, new ParallelOptions { CancellationToken = cancellation }, i =>
            {
                byte[] light = pictures[i].Draw(Theme.Light);
                cancellation.ThrowIfCancellationRequested();
                drawings[i] = new Drawing(pictures[i], light, pictures[i].Section is null ? null : pictures[i].Draw(Theme.Dark));
            });
        }
        catch (AggregateException errors)
        {
            ExceptionDispatchInfo.Throw(errors.InnerExceptions[0]);
        }

        return drawings;
    }

    /// <summary>Waits until no other process writes a report of the run: train may be at it just now.</summary>
    private static IDisposable Lock(RunRecord run, CancellationToken cancellation)
    {
        while (true)
        {
            if (FileLock.TryTake(new RunPaths(run.Path).ReportLock) is IDisposable mine)
            {
                return mine;
            }

            cancellation.WaitHandle.WaitOne(_lockPoll);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private static void Write(RunRecord run, ModelEvaluation? evaluation, Drawing[] drawings, string page)
    {
        var paths = new RunPaths(run.Path);
        Directory.CreateDirectory(paths.Pictures);
        foreach (string old in Picture.Names.Except(drawings.Select(drawing => drawing.Picture.Name)))
        {
            File.Delete(Path.Combine(paths.Pictures, Picture.FileNameOf(old)));
        }

        foreach (Drawing drawing in drawings)
        {
            DurableFile.Write(Path.Combine(paths.Pictures, drawing.Picture.FileName), file => file.Write(drawing.Light));
        }

        if (evaluation is null)
        {
            File.Delete(paths.Evaluation);
        }
        else
        {
            DurableFile.Write(paths.Evaluation, EvaluationSummary.Of(evaluation.Checkpoint, run.Config.Network, run.Config.Data.Name, "test", evaluation.Report, evaluation.Augmented, run.Config).Write);
        }

        DurableFile.Write(paths.Report, file =>
        {
            using var text = new StreamWriter(file, leaveOpen: true);
            text.Write(page);
        });
    }
}

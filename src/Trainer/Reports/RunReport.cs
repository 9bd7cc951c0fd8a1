using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Files;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Reports;

/// <summary>Draws a run, into its folder.</summary>
internal static class RunReport
{
    /// <summary>Writes the pictures, the figures and the page of a run; what an earlier report left is replaced.</summary>
    /// <param name="run">The run.</param>
    /// <param name="model">Its network, or null where it has none yet.</param>
    /// <param name="evaluation">How well that classifies, or null where there were no images to tell by.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be written.</exception>
    /// <exception cref="OperationCanceledException">Cancellation was asked for.</exception>
    public static void Write(RunRecord run, Classifier? model, ModelEvaluation? evaluation, CancellationToken cancellation)
    {
        var paths = new RunPaths(run.Path);
        Picture[] pictures =
        [
            .. Curves.Of(run),
            .. evaluation is null ? [] : ConfusionCharts.Of(evaluation),
            .. evaluation is null ? [] : PictureSheets.Of(evaluation),
            .. model is null ? [] : PictureSheets.OfFilters(model.Network),
        ];
        var drawings = new Drawing[pictures.Length];
        Parallel.For(0, pictures.Length, new ParallelOptions { CancellationToken = cancellation }, i =>
            drawings[i] = new Drawing(pictures[i], pictures[i].Draw(Theme.Light), pictures[i].Section is null ? null : pictures[i].Draw(Theme.Dark)));
        Directory.CreateDirectory(paths.Pictures);
        foreach (Drawing drawing in drawings)
        {
            DurableFile.Write(Path.Combine(paths.Pictures, drawing.Picture.FileName), file => file.Write(drawing.Light));
        }

        if (evaluation is not null)
        {
            EvaluationSummary.Of(evaluation.Checkpoint, run.Config.Network, run.Config.Data.Name, "test", evaluation.Report).Save(paths.Evaluation);
        }

        string page = new HtmlReport(run, evaluation, drawings).Write();
        DurableFile.Write(paths.Report, file =>
        {
            using var text = new StreamWriter(file, leaveOpen: true);
            text.Write(page);
        });
    }
}

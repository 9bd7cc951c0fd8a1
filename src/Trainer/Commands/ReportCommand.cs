using System.CommandLine;
using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Data;
using CifarFast.Engine.Inference;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Simd;
using CifarFast.Trainer.Console;
using CifarFast.Trainer.Reports;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Commands;

/// <summary>The command <c>report</c>: draws a run, be it over or still going on.</summary>
internal static class ReportCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Session session)
    {
        var name = new Argument<string>("run") { Description = $"The run's folder, or {RunName.Latest}." };
        Option<string?> data = CommonOptions.Data();
        Option<int> threads = CommonOptions.Threads();
        Option<SimdTier?> simd = CommonOptions.Simd();
        var command = new Command("report", "Draws a run, also one that is still going on: pictures, and report.html to send to someone.") { name, data, threads, simd };
        command.SetAction(parsed =>
        {
            var execution = CommonOptions.Execution(parsed.GetValue(simd), parsed.GetValue(threads));
            RunRecord run = RunRecord.Find(parsed.GetValue(name)!);
            RunReport.CheckFolder(run);
            return Interruptible.Run(cancellation => Write(
                session, run, execution, () => Load(session, run, parsed.GetValue(data), cancellation), measured: null, cancellation));
        });
        return command;
    }

    /// <summary>Evaluates the checkpoint that stands for a run on the test images, tells the figures, and draws the report.</summary>
    /// <param name="session">Where to write.</param>
    /// <param name="run">The run.</param>
    /// <param name="execution">How to compute.</param>
    /// <param name="load">Gives the test images, and augmented ones where the run has such, or null where they are not to be had.</param>
    /// <param name="measured">Is given the figures before anything is drawn, or null.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static void Write(
        Session session, RunRecord run, ExecutionOptions execution, Func<TestHalf?> load, Action<ModelEvaluation>? measured, CancellationToken cancellation)
    {
        (string Checkpoint, Classifier Model)? found = LoadModel(session, run, execution);
        using Classifier? model = found?.Model;
        TestHalf? test = found is null ? null : load();
        ModelEvaluation? evaluation = found is not null && test is not null
            ? Evaluate(session, found.Value.Checkpoint, found.Value.Model, run, test, cancellation)
            : null;
        if (evaluation is not null)
        {
            session.Output.WriteLine($"{evaluation.Checkpoint} on {Quantity.Of(evaluation.Images.Count, "test image")}:");
            ReportView.Write(session.Output, evaluation.Report, evaluation.Augmented);
            session.Output.WriteLine();
            measured?.Invoke(evaluation);
        }

        RunReport.Write(run, model, evaluation, test?.Augmented, cancellation);
        var paths = new RunPaths(run.Path);
        session.Output.WriteLine($"report: {paths.Report}");
        session.Output.WriteLine($"pictures: {paths.Pictures}");
    }

    /// <summary>The first checkpoint of those that stand for the run that can be read; damaged ones are passed over, which is said.</summary>
    private static (string Checkpoint, Classifier Model)? LoadModel(Session session, RunRecord run, ExecutionOptions execution)
    {
        foreach (string checkpoint in ModelFile.AllIn(run.Path))
        {
            try
            {
                return (checkpoint, Classifier.Load(checkpoint, execution));
            }
            catch (CheckpointException error)
            {
                session.Warn($"a checkpoint is passed over: {error.Message}");
            }
        }

        return null;
    }

    private static ModelEvaluation? Evaluate(
        Session session, string checkpoint, Classifier model, RunRecord run, TestHalf test, CancellationToken cancellation)
    {
        ImageSet images = run.Config.Options.LimitTest is int limit ? test.Images.Take(limit) : test.Images;
        try
        {
            return ModelEvaluation.Of(checkpoint, model, images, test.ClassNames, run.Config.Options.Recipe.TestTimeAugmentation, cancellation) with { Folder = test.Folder };
        }
        catch (RunException error)
        {
            session.Warn($"the report is drawn without predictions: {error.Message}");
            return null;
        }
    }

    /// <summary>The images of the run; without them, which is said, there are still its curves to draw.</summary>
    private static TestHalf? Load(Session session, RunRecord run, string? data, CancellationToken cancellation)
    {
        try
        {
            LoadedDataset loaded = DataSource.Load(session, session.IsInteractive, run.Config.Locate(data), run.Config.Options.Pictures, DataSplit.Test, cancellation, run.Config.Data.ClassNames);
            return loaded.Dataset.Test.Sha256(cancellation) == run.Config.Data.TestSha256
                ? TestHalf.Of(loaded) with { Augmented = Augment(session, run, data, cancellation) }
                : throw new DataException(
                    $"the test images ({loaded.Origin}) are not those of the run ({run.Config.Data.Origin}); say with --data where those are");
        }
        catch (DataException error) when (data is null)
        {
            session.Warn($"the report is drawn without predictions: {error.Message}");
            return null;
        }
    }

    /// <summary>Training images as the network saw them; without the run's own there are none to show, which is said.</summary>
    private static AugmentedImages? Augment(Session session, RunRecord run, string? data, CancellationToken cancellation)
    {
        Recipe recipe = run.Config.Options.Recipe;
        if (recipe.Transforms.Count == 0)
        {
            return null;
        }

        string? trouble;
        try
        {
            LoadedDataset loaded = DataSource.Load(session, session.IsInteractive, run.Config.Locate(data), run.Config.Options.Pictures, DataSplit.Train, cancellation, run.Config.Data.ClassNames);
            if (loaded.Dataset.Train.Sha256(cancellation) == run.Config.Data.TrainSha256)
            {
                return AugmentedImages.Of(RunImages.Of(loaded.Dataset, run.Config.Options).Train, recipe, loaded.Dataset.ClassNames);
            }

            trouble = $"the training images ({loaded.Origin}) are not those of the run ({run.Config.Data.Origin})";
        }
        catch (DataException error)
        {
            trouble = error.Message;
        }

        session.Warn($"the report is drawn without augmented images: {trouble}");
        return null;
    }
}

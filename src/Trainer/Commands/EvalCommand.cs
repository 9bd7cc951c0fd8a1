using System.CommandLine;
using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Data;
using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Inference;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Simd;
using CifarFast.Trainer.Console;
using CifarFast.Trainer.Reports;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Commands;

/// <summary>The command <c>eval</c>: how well a trained network classifies.</summary>
internal static class EvalCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Session session)
    {
        var choice = new ModelChoice();
        Option<string?> data = CommonOptions.Data();
        Option<DatasetKind> dataset = CommonOptions.Dataset("what --data holds; without it the images of the run.");
        Option<DatasetLabels?> labels = CommonOptions.Labels();
        Option<DataSplit> split = NamedOption.Create<DataSplit>("--split", "Which images: test (the default) or train.");
        Option<int?> limit = NumberOption.CreateOptional<int>(
            "--limit", "Evaluate on the first so many images only.", static n => n > 0, $"a whole number from 1 to {int.MaxValue}");
        Option<TestTimeAugmentation?> tta = CommonOptions.Augmentation("Its accuracy is shown beside the plain one. Default: what the run's recipe says.");
        Option<string?> json = CommonOptions.Json("the figures");
        var csv = new Option<string?>("--csv")
        {
            Description = $"Write a row for each image to this file, too, or with {OutputFile.StandardOutput} to standard output, and nothing else there: its file, its class, what it is taken for, and with what probability.",
            HelpName = "file",
        };
        Option<int> threads = CommonOptions.Threads();
        Option<SimdTier?> simd = CommonOptions.Simd();
        var command = new Command("eval", "Tells how well a trained network classifies: accuracy, loss, figures of each class, confusion matrix.")
        {
            choice.Argument, choice.Option, choice.Weights, choice.Map, data, dataset, labels, split, limit, tta, json, csv, threads, simd,
        };
        command.SetAction(parsed =>
        {
            var execution = CommonOptions.Execution(parsed.GetValue(simd), parsed.GetValue(threads));
            OutputFile? figures = OutputFile.Find(json, parsed, session);
            OutputFile? table = OutputFile.Find(csv, parsed, session);
            if (figures is not null && parsed.GetValue(json) == parsed.GetValue(csv))
            {
                throw new UsageException($"{json.Name} and {csv.Name} are both '{parsed.GetValue(csv)}'; name two files");
            }

            string model = choice.Find(parsed);
            figures?.MustNotBe(model, "the checkpoint itself; name another file");
            table?.MustNotBe(model, "the checkpoint itself; name another file");
            DatasetRequest Request(RunConfig? config) => CommonOptions.Request(config, parsed.GetValue(data), parsed.GetValue(dataset), parsed.GetValue(labels));
            return Interruptible.Run(cancellation => Evaluate(
                OutputFile.KeepApart(OutputFile.KeepApart(session, figures, TextWriter.Null), table, TextWriter.Null), model, choice.Mappings(parsed), execution, Request, parsed.GetValue(split), parsed.GetValue(limit), parsed.GetValue(tta), figures, table, cancellation));
        });
        return command;
    }

    private static void Evaluate(
        Session session, string path, TensorMapping[] mappings, ExecutionOptions execution, Func<RunConfig?, DatasetRequest> request, DataSplit split, int? limit, TestTimeAugmentation? tta, OutputFile? json, OutputFile? csv, CancellationToken cancellation)
    {
        using Classifier classifier = Classifier.Load(path, execution, mappings: mappings);
        RunConfig? config = Checkpoint.Find(path) is Checkpoint checkpoint ? RunConfig.Of(checkpoint) : null;
        var data = EvaluatedImages.Load(session, classifier, path, config, request(config), split, cancellation);
        ImageSet images = limit is int count ? data.Images.Take(count) : data.Images;
        session.Output.WriteLine($"model     {path}, {classifier.Network.Architecture.Name}");
        AssignmentView.Write(OutputFile.KeepApart(OutputFile.KeepApart(session, json, session.Error), csv, session.Error).Output, "weights", classifier.Weights, mappings);
        session.Output.WriteLine($"data      {data.Dataset}, {data.Origin}, {(data.IsWhole ? "all" : ChoiceName.Of(split))} images");
        if (data.Mismatch() is string mismatch)
        {
            session.Output.WriteLine($"classes   {PlainText.OneLine(mismatch)}");
        }

        session.Output.WriteLine();
        TestTimeAugmentation augmentation = CommonOptions.Views(session, tta ?? config?.Options.Recipe.TestTimeAugmentation ?? TestTimeAugmentation.None, config);
        var evaluation = ModelEvaluation.Of(path, classifier, images, data.ClassNames, augmentation, cancellation);
        ReportView.Write(session.Output, evaluation.Report, evaluation.Augmented);
        json?.Write(EvaluationSummary.Of(
            path, classifier.Network.Architecture.Name, data.Dataset, ChoiceName.Of(split), evaluation.Report, evaluation.Augmented, config).Write);
        csv?.Write(file => WriteTable(file, classifier, evaluation, data.Apart, data.ApartClasses, cancellation));
    }

    private static void WriteTable(
        Stream file, Classifier classifier, ModelEvaluation evaluation, ImageSet? apart, IReadOnlyList<string> apartClasses, CancellationToken cancellation)
    {
        string[] names = [.. evaluation.Report.Classes.Select(figures => figures.Name)];
        List<(ImageSet Images, Predictions Predictions, IReadOnlyList<string> LabelNames)> sets = [(evaluation.Images, evaluation.Predictions, names)];
        if (apart is not null)
        {
            sets.Add((apart, classifier.Predict(apart, cancellation: cancellation), apartClasses));
        }

        PredictionTable.Write(file, names, sets);
    }
}

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
        Option<int> threads = CommonOptions.Threads();
        Option<SimdTier?> simd = CommonOptions.Simd();
        var command = new Command("eval", "Tells how well a trained network classifies: accuracy, loss, figures of each class, confusion matrix.")
        {
            choice.Argument, choice.Option, choice.Weights, choice.Map, data, dataset, labels, split, limit, tta, json, threads, simd,
        };
        command.SetAction(parsed =>
        {
            var execution = CommonOptions.Execution(parsed.GetValue(simd), parsed.GetValue(threads));
            OutputFile? figures = OutputFile.Find(json, parsed, session);
            string model = choice.Find(parsed);
            figures?.MustNotBe(model, "the checkpoint itself; name another file");
            DatasetRequest Request(RunConfig? config) => CommonOptions.Request(config, parsed.GetValue(data), parsed.GetValue(dataset), parsed.GetValue(labels));
            return Interruptible.Run(cancellation => Evaluate(
                OutputFile.KeepApart(session, figures, TextWriter.Null), model, choice.Mappings(parsed), execution, Request, parsed.GetValue(split), parsed.GetValue(limit), parsed.GetValue(tta), figures, cancellation));
        });
        return command;
    }

    private static void Evaluate(
        Session session, string path, TensorMapping[] mappings, ExecutionOptions execution, Func<RunConfig?, DatasetRequest> request, DataSplit split, int? limit, TestTimeAugmentation? tta, OutputFile? json, CancellationToken cancellation)
    {
        using Classifier classifier = Classifier.Load(path, execution, mappings: mappings);
        RunConfig? config = Checkpoint.Find(path) is Checkpoint checkpoint ? RunConfig.Of(checkpoint) : null;
        LoadedDataset loaded = DataSource.Load(session, session.IsInteractive, request(config), split, cancellation);
        ImageSet images = loaded.Dataset.Of(split);
        images = limit is int count ? images.Take(count) : images;
        session.Output.WriteLine($"model     {path}, {classifier.Network.Architecture.Name}");
        AssignmentView.Write(OutputFile.KeepApart(session, json, session.Error).Output, "weights", classifier.Weights, mappings);
        session.Output.WriteLine($"data      {loaded.Dataset.Name}, {loaded.Origin}, {ChoiceName.Of(split)} images");
        session.Output.WriteLine();
        TestTimeAugmentation augmentation = CommonOptions.Views(session, tta ?? config?.Options.Recipe.TestTimeAugmentation ?? TestTimeAugmentation.None, config);
        ModelEvaluation evaluation = ModelEvaluation.Of(path, classifier, images, loaded.Dataset.ClassNames, augmentation, cancellation);
        ReportView.Write(session.Output, evaluation.Report, evaluation.Augmented);
        json?.Write(EvaluationSummary.Of(
            path, classifier.Network.Architecture.Name, loaded.Dataset.Name, ChoiceName.Of(split), evaluation.Report, evaluation.Augmented, config).Write);
    }
}

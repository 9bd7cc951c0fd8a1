using System.CommandLine;
using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Formats.NumPy;
using CifarFast.Engine.Formats.Onnx;
using CifarFast.Engine.Inference;
using CifarFast.Engine.Training;
using CifarFast.Trainer.Console;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Commands;

/// <summary>The command <c>export</c>: a trained network as a file for other programs.</summary>
internal static class ExportCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Session session)
    {
        var choice = new ModelChoice();
        Option<ModelFormat?> format = NamedOption.CreateOptional<ModelFormat>(
            "--format", "What to write: a model for ONNX Runtime, weights for PyTorch, or a checkpoint for NumPy. Default: by the extension of --out.");
        var path = new Option<string>("--out") { Description = $"The file to write, or {OutputFile.StandardOutput} for standard output.", HelpName = "file", Required = true };
        var probabilities = new Option<bool>("--probabilities") { Description = "Give an ONNX model the output 'probabilities' beside 'logits'." };
        Option<int?> operatorSet = NumberOption.CreateOptional<int>(
            "--opset",
            $"The set of operators of an ONNX model, {OnnxModel.OldestOperatorSet} to {OnnxModel.NewestOperatorSet}. Default: the oldest that says the same, which most runtimes read.",
            static n => n is >= OnnxModel.OldestOperatorSet and <= OnnxModel.NewestOperatorSet,
            $"a whole number from {OnnxModel.OldestOperatorSet} to {OnnxModel.NewestOperatorSet}");
        var command = new Command("export", "Writes a trained network as an ONNX model, as safetensors or as .npz.")
        {
            choice.Argument, choice.Option, choice.Weights, choice.Map, format, path, probabilities, operatorSet,
        };
        command.SetAction(parsed =>
        {
            string file = parsed.GetValue(path)!;
            ModelFormat chosen = parsed.GetValue(format) ?? ModelFileExtension.Find(file)
                ?? throw new UsageException($"{path.Name} '{file}' does not tell the format by its extension; say it with {format.Name}");
            string? onnxOnly = parsed.GetValue(probabilities) ? probabilities.Name : parsed.GetValue(operatorSet) is not null ? operatorSet.Name : null;
            if (onnxOnly is not null && chosen != ModelFormat.Onnx)
            {
                throw new UsageException($"{onnxOnly} is for --format onnx only");
            }

            var output = OutputFile.Find(path.Name, file, session);
            ModelFileExtension.Check(path.Name, file, chosen);
            string model = choice.Find(parsed);
            output.MustNotBe(model, "the checkpoint itself; name another file");
            return Interruptible.Run(cancellation =>
            {
                Session said = OutputFile.KeepApart(session, output, session.Error);
                using Classifier classifier = Classifier.Load(model, batchSize: 1, mappings: choice.Mappings(parsed));
                AssignmentView.Write(said.Output, "weights", classifier.Weights, choice.Mappings(parsed));
                long bytes = Write(model, classifier, output, chosen, parsed.GetValue(probabilities), parsed.GetValue(operatorSet), cancellation);
                said.Output.WriteLine($"{model} written to {output} ({ChoiceName.Of(chosen)}, {bytes:N0} bytes)");
            });
        });
        return command;
    }

    private static long Write(string model, Classifier classifier, OutputFile output, ModelFormat format, bool probabilities, int? operatorSet, CancellationToken cancellation)
    {
        Checkpoint? checkpoint = Checkpoint.Find(model);
        RunConfig? config = checkpoint is null ? null : RunConfig.Of(checkpoint);
        TrainingState state = checkpoint?.State ?? new TrainingState();
        cancellation.ThrowIfCancellationRequested();
        switch (format)
        {
            case ModelFormat.Onnx:
                var metadata = new OnnxMetadata
                {
                    ProgramVersion = RunConfig.ThisProgramVersion,
                    ClassNames = classifier.ClassNames,
                    Dataset = config?.Data.Name,
                    Accuracy = AccuracyOf(state),
                };
                return output.Write(file => OnnxModel.Write(file, classifier.Network, metadata, probabilities, operatorSet));
            case ModelFormat.Safetensors:
                return output.Write(file => Safetensors.Write(file, classifier.Network, config?.WeightsMetadata ?? RunConfig.ForeignMetadata(classifier)));
            case ModelFormat.Npz:
                var foreign = NumPyCheckpoint.Find(model);
                ImportedHistory? before = foreign is null ? RunConfig.ImportedHistoryOf(checkpoint) : ImportedHistory.Of(foreign);
                IEnumerable<EpochMetrics> since = state.Epochs.Skip(before?.Epochs ?? 0);
                return output.Write(file => NumPyCheckpoint.Write(
                    file,
                    classifier.Network,
                    foreign?.Epoch ?? state.Epochs.Count,
                    foreign?.Batch ?? state.Batch,
                    [.. before?.TrainLoss ?? [], .. since.Select(epoch => epoch.TrainLoss)],
                    [.. before?.TrainAccuracy ?? [], .. since.Select(epoch => epoch.TrainAccuracy)]));
            default:
                throw new ArgumentOutOfRangeException(nameof(format));
        }
    }

    /// <summary>The accuracy of just these weights on the test images, where they are those of the end of an epoch.</summary>
    private static double? AccuracyOf(TrainingState state) =>
        state.Batch == 0 && state.Epochs.Count > 0 && double.IsFinite(state.Epochs[^1].TestAccuracy) ? state.Epochs[^1].TestAccuracy : null;
}

using System.CommandLine;
using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Formats.NumPy;
using CifarFast.Engine.Inference;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Training;
using CifarFast.Trainer.Console;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Commands;

/// <summary>The command <c>import</c>: other programs' weights as a checkpoint.</summary>
internal static class ImportCommand
{
    private const int ReferenceImages = 50_000;

    /// <summary>Makes the command.</summary>
    public static Command Create(Session session)
    {
        var source = new Argument<string>("file") { Description = "Weights of the reference network in the safetensors or .npz format, or a NumPy checkpoint (.npz)." };
        Option<TensorMapping[]> map = MapOption.Create();
        var path = new Option<string>("--out") { Description = $"The checkpoint to write, or {OutputFile.StandardOutput} for standard output.", HelpName = "file", Required = true };
        Option<int> batchSize = NumberOption.Create(
            "--batch-size", "Images a step of the run it comes from, to know where its epoch stands.", new Recipe().BatchSize, static n => n > 0, $"a whole number from 1 to {int.MaxValue}");
        Option<int> images = NumberOption.Create(
            "--train-images", "Images an epoch of the run it comes from.", ReferenceImages, static n => n > 0, $"a whole number from 1 to {int.MaxValue}");
        var command = new Command("import", "Makes a checkpoint of other programs' weights, to evaluate, to begin with (train --init) or to go on with (train --resume).")
        {
            source, path, map, batchSize, images,
        };
        command.SetAction(parsed =>
        {
            string from = parsed.GetValue(source)!;
            string file = parsed.GetValue(path)!;
            var output = OutputFile.Find(path.Name, file, session);
            output.MustNotBe(from, "the file itself; name another one");
            ModelFileExtension.Check(path.Name, file, ModelFormat.Safetensors);
            int batchesOfEpoch = (int)(((long)parsed.GetValue(images) + parsed.GetValue(batchSize) - 1) / parsed.GetValue(batchSize));
            return Interruptible.Run(cancellation =>
            {
                Session said = OutputFile.KeepApart(session, output, session.Error);
                TrainingState state = Import(said, from, parsed.GetValue(map) ?? [], output, batchesOfEpoch, cancellation);
                said.Output.WriteLine($"{from} written to {output}: {Progress(state)}");
            });
        });
        return command;
    }

    private static string Progress(TrainingState state) =>
        state.Step == 0 ? "weights at the start of a run" : $"{Quantity.Of(state.Epochs.Count, "epoch")} and {Quantity.Of(state.Batch, "batch", "batches")} are done";

    private static TrainingState Import(Session session, string from, TensorMapping[] mappings, OutputFile output, int batchesOfEpoch, CancellationToken cancellation)
    {
        NumPyCheckpoint? checkpoint = NumPyCheckpoint.Find(from);
        using Classifier classifier = Classifier.Load(from, batchSize: 1, mappings: mappings);
        AssignmentView.Write(session.Output, "weights", classifier.Weights, mappings);
        TrainingState state = checkpoint is null ? new TrainingState() : StateOf(checkpoint, batchesOfEpoch);
        IReadOnlyDictionary<string, string> metadata = checkpoint is null
            ? RunConfig.ForeignMetadata(classifier)
            : RunConfig.MetadataOf(ImportedHistory.Of(checkpoint));
        cancellation.ThrowIfCancellationRequested();
        output.Write(file => Checkpoint.Write(file, classifier.Network, state, metadata));
        return state;
    }

    private static TrainingState StateOf(NumPyCheckpoint checkpoint, int batchesOfEpoch)
    {
        try
        {
            return TrainingState.Imported(
                checkpoint.Epoch, checkpoint.Batch, batchesOfEpoch, checkpoint.TrainLossHistory, checkpoint.TrainAccuracyHistory);
        }
        catch (ArgumentOutOfRangeException error)
        {
            throw new CheckpointException(
                $"{checkpoint.Path} stands in epoch {checkpoint.Epoch} after batch {checkpoint.Batch}, but an epoch has {Quantity.Of(batchesOfEpoch, "batch", "batches")}; say --batch-size and --train-images of the run it comes from", error);
        }
    }
}

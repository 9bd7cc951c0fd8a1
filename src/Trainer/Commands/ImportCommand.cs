using System.CommandLine;
using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Files;
using CifarFast.Engine.Formats.NumPy;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Networks;
using CifarFast.Engine.Training;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Commands;

/// <summary>The command <c>import</c>: other programs' weights as a checkpoint.</summary>
internal static class ImportCommand
{
    private const int ReferenceImages = 50_000;

    /// <summary>Makes the command.</summary>
    public static Command Create(Session session)
    {
        var source = new Argument<string>("file") { Description = "Weights of the reference network: .safetensors with the names of a PyTorch state_dict, or a NumPy checkpoint (.npz)." };
        var path = new Option<string>("--out") { Description = $"The checkpoint to write, or {OutputFile.StandardOutput} for standard output.", HelpName = "file", Required = true };
        Option<int> batchSize = NumberOption.Create(
            "--batch-size", "Images a step of the run it comes from, to know where its epoch stands.", new TrainingOptions().BatchSize, static n => n > 0, $"a whole number from 1 to {int.MaxValue}");
        Option<int> images = NumberOption.Create(
            "--train-images", "Images an epoch of the run it comes from.", ReferenceImages, static n => n > 0, $"a whole number from 1 to {int.MaxValue}");
        var command = new Command("import", "Makes a checkpoint of other programs' weights, to evaluate, to begin with (train --init) or to go on with (train --resume).")
        {
            source, path, batchSize, images,
        };
        command.SetAction(parsed =>
        {
            string from = parsed.GetValue(source)!;
            string file = parsed.GetValue(path)!;
            var output = OutputFile.Find(path.Name, file, session);
            output.MustNotBe(from, "the file itself; name another one");
            ModelEnding.Check(path.Name, file, ModelFormat.Safetensors);
            int batchesOfEpoch = (int)(((long)parsed.GetValue(images) + parsed.GetValue(batchSize) - 1) / parsed.GetValue(batchSize));
            return Interruptible.Run(cancellation =>
            {
                TrainingState state = Import(from, output, batchesOfEpoch, cancellation);
                OutputFile.KeepApart(session, output, session.Error).Output.WriteLine($"{from} written to {output}: {Progress(state)}");
            });
        });
        return command;
    }

    private static string Progress(TrainingState state) =>
        state.Step == 0 ? "weights at the start of a run" : $"{Quantity.Of(state.Epochs.Count, "epoch")} and {Quantity.Of(state.Batch, "batch", "batches")} are done";

    private static TrainingState Import(string from, OutputFile output, int batchesOfEpoch, CancellationToken cancellation)
    {
        if (FileSignature.Of(from).Kind is not (FileKind.Npz or FileKind.Zip))
        {
            using Classifier classifier = Classifier.Load(from, batchSize: 1);
            var start = new TrainingState();
            cancellation.ThrowIfCancellationRequested();
            output.Write(file => Checkpoint.Write(file, classifier.Network, start, RunConfig.ForeignMetadata(classifier)));
            return start;
        }

        var checkpoint = NumPyCheckpoint.Read(from);
        using var network = new Network(NetworkCatalog.Reference(), new ExecutionOptions(), batchSize: 1, seed: 0);
        checkpoint.CopyTo(network);
        TrainingState state = StateOf(checkpoint, batchesOfEpoch);
        var history = new ImportedHistory(checkpoint.Epoch, checkpoint.TrainLossHistory, checkpoint.TrainAccuracyHistory);
        cancellation.ThrowIfCancellationRequested();
        output.Write(file => Checkpoint.Write(file, network, state, RunConfig.MetadataOf(history)));
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

using CifarFast.Engine.Formats.NumPy;

namespace CifarFast.Trainer.Runs;

/// <summary>What another program noted down of a run before this one resumed it; it goes back when the run is exported.</summary>
/// <param name="Epochs">How many epochs were done.</param>
/// <param name="TrainLoss">Training losses, as many as that program noted down.</param>
/// <param name="TrainAccuracy">Training accuracies, alike.</param>
internal sealed record ImportedHistory(int Epochs, IReadOnlyList<double> TrainLoss, IReadOnlyList<double> TrainAccuracy)
{
    /// <summary>What a NumPy program noted down.</summary>
    public static ImportedHistory Of(NumPyCheckpoint checkpoint) => new(checkpoint.Epoch, checkpoint.TrainLossHistory, checkpoint.TrainAccuracyHistory);
}

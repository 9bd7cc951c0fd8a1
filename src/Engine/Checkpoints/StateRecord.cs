using CifarFast.Engine.Training;

namespace CifarFast.Engine.Checkpoints;

/// <summary>A <see cref="TrainingState"/> as it stands in a checkpoint. Those of earlier versions do not name the interval of their rows.</summary>
internal sealed record StateRecord(
    int Epoch,
    int Batch,
    long Step,
    SumRecord EpochSoFar,
    SumRecord WindowSoFar,
    double Seconds,
    int RecordedFromEpoch,
    int RecordedFromBatch,
    IReadOnlyList<EpochMetrics> Epochs,
    IReadOnlyList<BatchMetrics> Batches,
    int RowInterval = BatchMetrics.MaxInterval)
{
    /// <summary>The record of a state.</summary>
    public static StateRecord Of(TrainingState state) => new(
        state.Epoch,
        state.Batch,
        state.Step,
        SumRecord.Of(state.EpochSoFar),
        SumRecord.Of(state.WindowSoFar),
        state.Seconds,
        state.RecordedFrom.Epoch,
        state.RecordedFrom.Batch,
        state.Epochs,
        state.Batches,
        state.RowInterval);

    /// <summary>The state; whether a run can be in it is the run's to say.</summary>
    /// <exception cref="FormatException">The record contradicts itself.</exception>
    public TrainingState ToState()
    {
        if (Epochs.Contains(null!) || Batches.Contains(null!))
        {
            throw new FormatException("the state in it has empty rows");
        }

        if (RowInterval is < 1 or > BatchMetrics.MaxInterval)
        {
            throw new FormatException($"the state in it has rows of {RowInterval} batches");
        }

        var state = new TrainingState(
            Batch, EpochSoFar.ToMetrics(), WindowSoFar.ToMetrics(), Seconds, Epochs, Batches, (RecordedFromEpoch, RecordedFromBatch), RowInterval);
        return state.Epoch == Epoch && state.Step == Step
            ? state
            : throw new FormatException($"the state in it contradicts itself: epoch {Epoch} and step {Step}, but its rows make {state.Epoch} and {state.Step}");
    }
}

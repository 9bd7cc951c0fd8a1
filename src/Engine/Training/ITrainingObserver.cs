namespace CifarFast.Engine.Training;

/// <summary>Is told how a run goes. Calls come from the training thread, between steps, so they should return quickly.</summary>
public interface ITrainingObserver
{
    /// <summary>An epoch of <paramref name="batches"/> batches begins; the last one may be cut short by <see cref="TrainingOptions.MaxSteps"/>.</summary>
    void EpochStarted(int epoch, int batches);

    /// <summary>A step was made.</summary>
    void StepCompleted(in BatchProgress progress);

    /// <summary>The test set is being evaluated: <paramref name="done"/> of <paramref name="total"/> images are.</summary>
    void Evaluating(int epoch, int done, int total);

    /// <summary>An epoch, with its evaluation, is over.</summary>
    void EpochCompleted(EpochMetrics metrics);
}

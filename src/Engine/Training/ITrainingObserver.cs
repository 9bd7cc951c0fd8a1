using CifarFast.Engine.Recipes;
namespace CifarFast.Engine.Training;

/// <summary>Is told how a run goes. Calls come from the training thread, between steps, so they should return quickly. What an observer leaves out does nothing.</summary>
public interface ITrainingObserver
{
    /// <summary>
    /// An epoch of <paramref name="batches"/> batches begins, or is resumed; the last one may be cut short by
    /// <see cref="Recipe.MaxSteps"/>.
    /// </summary>
    void EpochStarted(int epoch, int batches)
    {
    }

    /// <summary>A step was made.</summary>
    void StepCompleted(in BatchProgress progress)
    {
    }

    /// <summary>
    /// Another <see cref="TrainingState.RowInterval"/> batches of an epoch are done; fewer where <see cref="Recipe.MaxSteps"/> ends
    /// the run after them. Comes before <see cref="StepCompleted"/> of the last of them, or else after it.
    /// </summary>
    void BatchesCompleted(BatchMetrics metrics)
    {
    }

    /// <summary>The images held out and the test set are being evaluated: <paramref name="done"/> of <paramref name="total"/> images are.</summary>
    void Evaluating(int epoch, int done, int total)
    {
    }

    /// <summary>An epoch, with its evaluation, is over.</summary>
    void EpochCompleted(EpochMetrics metrics)
    {
    }
}

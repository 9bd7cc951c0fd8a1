using CifarFast.Engine.Training;

namespace CifarFast.Trainer.Runs;

/// <summary>Shows a person how a run goes.</summary>
internal interface ITrainingView : ITrainingObserver
{
    /// <summary>Tells of something that happened. May be called from any thread.</summary>
    void Note(string message);

    /// <summary>Tells of something that should not have happened.</summary>
    void Warn(string message);
}

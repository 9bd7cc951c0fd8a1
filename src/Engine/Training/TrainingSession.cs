using CifarFast.Engine.Data;
using CifarFast.Engine.Networks;

namespace CifarFast.Engine.Training;

/// <summary>A training run.</summary>
public sealed class TrainingSession
{
    /// <summary>Prepares a run.</summary>
    public TrainingSession(Network network, ImageSet train, ImageSet? test, TrainingOptions options) => throw new NotImplementedException();

    /// <summary>Trains.</summary>
    public TrainingResult Run(ITrainingObserver observer, CancellationToken cancellation) => throw new NotImplementedException();
}

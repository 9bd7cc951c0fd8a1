namespace CifarFast.Engine.Evaluation;

/// <summary>
/// A figure of an epoch by which a run judges itself. Those of the test set are not among them: what chooses by the test set has
/// nothing left to measure with.
/// </summary>
public enum Metric
{
    /// <summary>Mean loss over the images trained on; less is better.</summary>
    TrainLoss,

    /// <summary>Accuracy on the images trained on; more is better.</summary>
    TrainAccuracy,

    /// <summary>Mean loss on the images held out; less is better.</summary>
    ValidationLoss,

    /// <summary>Accuracy on the images held out; more is better.</summary>
    ValidationAccuracy,
}

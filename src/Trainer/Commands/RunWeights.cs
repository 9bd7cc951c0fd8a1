namespace CifarFast.Trainer.Commands;

/// <summary>Which of a run's weights stand for it.</summary>
internal enum RunWeights
{
    /// <summary>Those of its best epoch.</summary>
    Best,

    /// <summary>Those it was saved with last.</summary>
    Last,
}

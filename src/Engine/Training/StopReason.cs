using CifarFast.Engine.Recipes;
namespace CifarFast.Engine.Training;

/// <summary>Why a run ended.</summary>
public enum StopReason
{
    /// <summary>All epochs, or all steps, are done.</summary>
    Completed,

    /// <summary>The metric did not improve for as many epochs as <see cref="Recipe.Patience"/> allows.</summary>
    EarlyStopped,

    /// <summary>It was asked to stop; it can go on from where it stands.</summary>
    Stopped,

    /// <summary>The loss or the weights were no longer finite numbers.</summary>
    Diverged,
}

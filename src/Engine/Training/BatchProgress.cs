using CifarFast.Engine.Recipes;
namespace CifarFast.Engine.Training;

/// <summary>Where a run stands after a step.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Batch">The batch within the epoch, from 1.</param>
/// <param name="Batches">How many batches the epoch has, or will have done when <see cref="Recipe.MaxSteps"/> ends it.</param>
/// <param name="Step">Steps since the start of the run.</param>
/// <param name="BatchLoss">The mean loss of this batch.</param>
/// <param name="EpochLoss">The mean loss over the images of the epoch so far.</param>
/// <param name="EpochAccuracy">The share of the images of the epoch so far that were classified correctly, 0 to 1.</param>
/// <param name="ImagesPerSecond">Training speed since the epoch began.</param>
public readonly record struct BatchProgress(
    int Epoch,
    int Batch,
    int Batches,
    long Step,
    double BatchLoss,
    double EpochLoss,
    double EpochAccuracy,
    double ImagesPerSecond);

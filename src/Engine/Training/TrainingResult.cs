using CifarFast.Engine.Recipes;
namespace CifarFast.Engine.Training;

/// <summary>The results of a run.</summary>
/// <param name="End">Why it ended.</param>
/// <param name="Epochs">A row for each epoch, the last one perhaps cut short by <see cref="Recipe.MaxSteps"/>.</param>
/// <param name="Steps">Steps made; of a run that diverged, the last one is the one that did it.</param>
/// <param name="ImagesPerSecond">
/// The median over windows of 50 steps of training with its data loading, without evaluation, the first window left out;
/// over all steps where there were too few for two windows. Of a run that was resumed only the steps since then count;
/// where there were none it is the figure of the last epoch.
/// </param>
public sealed record TrainingResult(StopReason End, IReadOnlyList<EpochMetrics> Epochs, long Steps, double ImagesPerSecond);

namespace CifarFast.Engine.Training;

/// <summary>What a run came to.</summary>
/// <param name="Epochs">A row for each epoch, the last one perhaps cut short by <see cref="TrainingOptions.MaxSteps"/>.</param>
/// <param name="Steps">Steps made.</param>
/// <param name="ImagesPerSecond">
/// The median over windows of 50 steps of training with its data loading, without evaluation, the first window left out;
/// over the whole run where it was too short for two windows.
/// </param>
/// <param name="Diverged">Whether the run was ended because the loss was no longer a finite number.</param>
public sealed record TrainingResult(IReadOnlyList<EpochMetrics> Epochs, long Steps, double ImagesPerSecond, bool Diverged);

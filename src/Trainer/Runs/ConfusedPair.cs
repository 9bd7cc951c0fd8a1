namespace CifarFast.Trainer.Runs;

/// <summary>A class, what some of its images were taken for, and how many of them.</summary>
internal sealed record ConfusedPair(string Class, string Predicted, int Images);

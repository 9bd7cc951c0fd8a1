namespace CifarFast.Trainer.Runs;

/// <summary>What a network takes a picture for.</summary>
/// <param name="Path">The file.</param>
/// <param name="Class">The most probable class.</param>
/// <param name="Probabilities">The probability of each class, 0 to 1, in the order of the classes.</param>
internal sealed record PicturePrediction(string Path, string Class, IReadOnlyList<double> Probabilities);

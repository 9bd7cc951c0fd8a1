using CifarFast.Engine.Evaluation;

namespace CifarFast.Trainer.Runs;

/// <summary>What <c>predict --json</c> says.</summary>
internal sealed record PredictionSummary
{
    public required string Checkpoint { get; init; }

    public required string Network { get; init; }

    /// <summary>What the network was shown of each picture.</summary>
    public required TestTimeAugmentation TestTimeAugmentation { get; init; }

    /// <summary>The names of the classes, in the order of the probabilities.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    public required IReadOnlyList<PicturePrediction> Images { get; init; }

    public required IReadOnlyList<PictureFailure> Failures { get; init; }

    /// <summary>Writes it down.</summary>
    /// <exception cref="IOException">The stream cannot be written to.</exception>
    public void Write(Stream stream) => RunJson.Write(stream, this, RunJson.Readable.PredictionSummary);
}

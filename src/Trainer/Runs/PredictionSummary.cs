using System.Text.Json;
using CifarFast.Engine.Files;

namespace CifarFast.Trainer.Runs;

/// <summary>What <c>predict --json</c> says.</summary>
internal sealed record PredictionSummary
{
    public required string Checkpoint { get; init; }

    public required string Network { get; init; }

    /// <summary>The names of the classes, in the order of the probabilities.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    public required IReadOnlyList<PicturePrediction> Images { get; init; }

    public required IReadOnlyList<PictureFailure> Failures { get; init; }

    /// <summary>Writes the file.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Save(string path) => DurableFile.Write(path, file => JsonSerializer.Serialize(file, this, RunJson.Readable.PredictionSummary));
}

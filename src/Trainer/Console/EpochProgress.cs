using System.Globalization;
using CifarFast.Engine.Training;
using Spectre.Console.Rendering;

namespace CifarFast.Trainer.Console;

/// <summary>How far the epoch under way is.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Epochs">How many there are to be.</param>
/// <param name="Batches">How many batches it has.</param>
internal sealed record EpochProgress(int Epoch, int Epochs, int Batches)
{
    /// <summary>The last batch, or null before the first one.</summary>
    public BatchProgress? Batch { get; init; }

    /// <summary>What the training loss is called.</summary>
    public string Loss { get; init; } = "loss";

    /// <summary>What the training accuracy is called.</summary>
    public string Accuracy { get; init; } = "accuracy";

    /// <summary>How many batches are done, with the share of the one under way; null where batches are too short for that to matter.</summary>
    public double? BatchesDone { get; init; }

    /// <summary>How many images of how many are evaluated, or null before that.</summary>
    public (int Done, int Total)? Evaluated { get; init; }

    /// <summary>Seconds until the last batch of the epoch.</summary>
    public double SecondsLeft { get; init; } = double.NaN;

    /// <summary>Seconds until the end of the run.</summary>
    public double SecondsLeftOfRun { get; init; } = double.NaN;

    /// <summary>Draws a line with a bar and one with figures.</summary>
    /// <param name="width">How long a line may be.</param>
    /// <param name="unicode">Whether there are characters beyond ASCII.</param>
    public IReadOnlyList<SegmentLine> Draw(int width, bool unicode) => [BarLine(width, unicode), new() { new(Figures(width)) }];

    private SegmentLine BarLine(int width, bool unicode)
    {
        (double done, int total) = Evaluated ?? (BatchesDone ?? Batch?.Batch ?? 0, Batches);
        string epoch = string.Create(CultureInfo.InvariantCulture, $"epoch {Epoch}/{Epochs} ");
        string place = Evaluated is not null ? $"testing {done}/{total}"
            : BatchesDone is null ? $"{done}/{total}"
            : string.Create(CultureInfo.InvariantCulture, $"{done:F1}/{total}");

        // Room for the longer of the two labels there will be, so that the bar keeps its length.
        IReadOnlyList<Segment> bar = ProgressBar.Draw(
            width - epoch.Length - 1 - Math.Max(place.Length, "testing 10000/10000".Length), done, total, unicode);
        return [new(epoch), .. bar, new(bar.Count > 0 ? $" {place}" : place)];
    }

    private string Figures(int width) => Batch is not BatchProgress batch ? "" : FigureLine.Fit(
        width,
        [
            (5, $"{Loss} {LossFigure.Format(batch.EpochLoss)}"),
            (3, string.Create(CultureInfo.InvariantCulture, $"{Accuracy} {batch.EpochAccuracy * 100:F1}%")),
            (1, string.Create(CultureInfo.InvariantCulture, $"{batch.ImagesPerSecond:F0} images/s")),
            .. Evaluated is not null ? [] : new[] { (4, $"{Clock.Format(SecondsLeft)} left") },
            (2, $"{Clock.Format(SecondsLeftOfRun)} left of the run"),
        ]);
}

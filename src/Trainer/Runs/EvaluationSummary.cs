using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Numerics;

namespace CifarFast.Trainer.Runs;

/// <summary>What <c>eval --json</c> says. Losses are means per image, shares 0 to 1; what is undefined is null.</summary>
internal sealed record EvaluationSummary
{
    /// <summary>More than people look at, but a program may want them.</summary>
    private const int MatrixClasses = 100;
    private const int PairsNoted = 1000;

    public required string Checkpoint { get; init; }

    public required string Network { get; init; }

    /// <summary>The recipe of the run that the weights are of; null for weights of no run that is known.</summary>
    public required string? Recipe { get; init; }

    /// <summary>The numerics versions that computed its steps; null for weights of no run that is known.</summary>
    public required IReadOnlyList<int>? NumericsVersions { get; init; }

    public required string Dataset { get; init; }

    public required string Split { get; init; }

    public required int Images { get; init; }

    public required int Errors { get; init; }

    public required double Accuracy { get; init; }

    /// <summary>With what <see cref="TestTimeAugmentationAccuracy"/> was measured; all other figures are without.</summary>
    public required TestTimeAugmentation TestTimeAugmentation { get; init; }

    /// <summary>The accuracy with test-time augmentation, or null where it was not measured.</summary>
    public required double? TestTimeAugmentationAccuracy { get; init; }

    public required double Top2Accuracy { get; init; }

    public required double Loss { get; init; }

    public required double MacroPrecision { get; init; }

    public required double MacroRecall { get; init; }

    public required double MacroF1 { get; init; }

    public required IReadOnlyList<ClassFigures> Classes { get; init; }

    /// <summary>A row a class, with how many of its images were taken for each class; null for more than a hundred classes.</summary>
    public required int[][]? ConfusionMatrix { get; init; }

    /// <summary>In place of it the pairs that are confused most often; null where there is the matrix.</summary>
    public IReadOnlyList<ConfusedPair>? ConfusedPairs { get; init; }

    /// <summary>Writes a report down, with the accuracy that was measured beside it, and of what run the weights are, where that is known.</summary>
    public static EvaluationSummary Of(
        string checkpoint, string network, string dataset, string split, ClassificationReport report, AugmentedAccuracy? augmented, RunConfig? config)
    {
        int classes = report.Classes.Count;
        return new EvaluationSummary
        {
            Checkpoint = checkpoint,
            Network = network,
            Recipe = config?.Options.Recipe.Name,
            NumericsVersions = config is null ? null : config.NumericsVersions ?? [NumericsVersion.First],
            Dataset = dataset,
            Split = split,
            Images = report.Images,
            Errors = report.Errors,
            Accuracy = report.Accuracy,
            TestTimeAugmentation = augmented?.Level ?? TestTimeAugmentation.None,
            TestTimeAugmentationAccuracy = augmented?.Accuracy,
            Top2Accuracy = report.Top2Accuracy,
            Loss = report.Loss,
            MacroPrecision = report.MacroPrecision,
            MacroRecall = report.MacroRecall,
            MacroF1 = report.MacroF1,
            Classes = report.Classes,
            ConfusionMatrix = classes > MatrixClasses ? null : [.. Enumerable.Range(0, classes).Select(label => Enumerable.Range(0, classes).Select(predicted => report.Confusion(label, predicted)).ToArray())],
            ConfusedPairs = classes <= MatrixClasses ? null
                : [.. report.MostConfused(PairsNoted).Select(pair => new ConfusedPair(report.Classes[pair.Label].Name, report.Classes[pair.Predicted].Name, pair.Images))],
        };
    }

    /// <summary>Writes it down.</summary>
    /// <exception cref="IOException">The stream cannot be written to.</exception>
    public void Write(Stream stream) => RunJson.Write(stream, this, RunJson.Readable.EvaluationSummary);
}

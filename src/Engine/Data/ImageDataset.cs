using CifarFast.Engine.Nn;

namespace CifarFast.Engine.Data;

/// <summary>A data set with its two halves.</summary>
/// <param name="Name">The name reports use: <c>cifar10</c>, say.</param>
/// <param name="ClassNames">What each label means.</param>
/// <param name="Train">The images to learn from; there may be none where only the other split was asked for.</param>
/// <param name="Test">The images kept aside to measure with; there may be none where only the other split was asked for.</param>
public sealed record ImageDataset(string Name, IReadOnlyList<string> ClassNames, ImageSet Train, ImageSet Test)
{
    /// <summary>The images that the set itself keeps aside to choose epochs by, or null where it has none.</summary>
    public ImageSet? Validation { get; init; }

    /// <summary>
    /// The normalisation that everybody uses with the set; null where there is none, and that of the images trained on is measured
    /// (<see cref="ImageSet.MeasureNormalize"/>).
    /// </summary>
    public Normalize? Normalize { get; init; }

    /// <summary>Whether an image mirrored left to right is of the same class: of digits, it is not.</summary>
    public bool MirrorKeepsClasses { get; init; } = true;

    /// <summary>The images of a split.</summary>
    public ImageSet Of(DataSplit split) => split == DataSplit.Test ? Test : Train;
}

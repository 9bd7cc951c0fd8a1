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

    /// <summary>The images of a split.</summary>
    public ImageSet Of(DataSplit split) => split == DataSplit.Test ? Test : Train;
}

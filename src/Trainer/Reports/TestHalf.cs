using CifarFast.Engine.Data;

namespace CifarFast.Trainer.Reports;

/// <summary>What a report needs of a data set.</summary>
/// <param name="Images">The images kept aside to measure with.</param>
/// <param name="ClassNames">What their labels mean.</param>
internal sealed record TestHalf(ImageSet Images, IReadOnlyList<string> ClassNames)
{
    /// <summary>Training images as the network saw them; null where it saw them as they are, or they are not to be had.</summary>
    public AugmentedImages? Augmented { get; init; }

    /// <summary>The folder that the names of the images are files in, or null.</summary>
    public string? Folder { get; init; }

    /// <summary>The test half of a data set; the training half is not kept alive by it.</summary>
    public static TestHalf Of(LoadedDataset loaded) => new(loaded.Dataset.Test, loaded.Dataset.ClassNames) { Folder = loaded.Path };
}

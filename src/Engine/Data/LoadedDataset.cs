namespace CifarFast.Engine.Data;

/// <summary>A data set in memory, and its source.</summary>
/// <param name="Dataset">The images.</param>
/// <param name="Origin">The directory, archive or generator it came from, for a person to read.</param>
/// <param name="Warning">One line to say loudly, where <see cref="DatasetKind.Auto"/> fell back to the synthetic set, or the images of CIFAR-10 are not the official ones; else null.</param>
public sealed record LoadedDataset(ImageDataset Dataset, string Origin, string? Warning)
{
    /// <summary>The directory or archive it was read from, with its full name; null where it was drawn.</summary>
    public string? Path { get; init; }
}

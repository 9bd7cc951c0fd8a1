using CifarFast.Engine.Data;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Images;

/// <summary>Which pictures are wanted, and in what form.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Settings">What becomes of them.</param>
/// <param name="Seed">Decides which pictures of a folder that is not split are there to test with.</param>
/// <param name="CacheDirectory">The user's cache, or null.</param>
internal sealed record PictureRequest(string Folder, PictureSettings Settings, ulong Seed, string? CacheDirectory)
{
    /// <summary>The split that is wanted, which alone is decoded; null for all.</summary>
    public DataSplit? Only { get; init; }

    /// <summary>The classes there are to be; null for those that the pictures have. Pictures of others are put apart.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>Whether a folder that is not split stands for either split as a whole.</summary>
    public bool TakesWhole { get; init; }

    /// <summary>Pictures an array; null for as many as are good.</summary>
    public int? PicturesPerBlock { get; init; }

    /// <summary>Bytes of memory that there are; null for what this process may take.</summary>
    public long? AvailableBytes { get; init; }
}

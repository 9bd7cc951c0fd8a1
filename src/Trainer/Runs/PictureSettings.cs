namespace CifarFast.Trainer.Runs;

/// <summary>What becomes of the pictures in a folder before a network sees them.</summary>
internal sealed record PictureSettings
{
    public const int LeastSize = 24;
    public const int MostSize = 128;

    /// <summary>What is done where nothing is asked for.</summary>
    public static PictureSettings Default { get; } = new() { ImageSize = 32, Fit = PictureFit.Crop };

    /// <summary>The rows of an image, and the pixels of a row.</summary>
    public required int ImageSize { get; init; }

    /// <summary>How pictures of other proportions become a square.</summary>
    public required PictureFit Fit { get; init; }

    /// <summary>Whether a picture that cannot be read is an error; else it is left out.</summary>
    public bool Strict { get; init; }

    /// <summary>Whether a size is one that images may have.</summary>
    public static bool IsSize(int size) => size is >= LeastSize and <= MostSize;
}

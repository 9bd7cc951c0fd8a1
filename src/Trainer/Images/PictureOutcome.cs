namespace CifarFast.Trainer.Images;

/// <summary>What became of a file among pictures.</summary>
internal enum PictureOutcome
{
    /// <summary>Nothing yet.</summary>
    None,

    /// <summary>It is a picture, and decoded.</summary>
    Decoded,

    /// <summary>It is no picture and does not look like one.</summary>
    NoPicture,

    /// <summary>It should be a picture and cannot be read.</summary>
    Failed,
}

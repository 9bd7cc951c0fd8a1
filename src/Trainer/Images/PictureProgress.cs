namespace CifarFast.Trainer.Images;

/// <summary>How far the decoding of pictures is.</summary>
/// <param name="Done">Files that were decoded, or found to be no pictures.</param>
/// <param name="Total">Files in all; those that are known from an earlier time do not count.</param>
internal readonly record struct PictureProgress(int Done, int Total);

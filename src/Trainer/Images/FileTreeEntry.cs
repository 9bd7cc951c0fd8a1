namespace CifarFast.Trainer.Images;

/// <summary>A file in a folder, and by what it is known again.</summary>
/// <param name="Path">Its path from the folder on, with slashes.</param>
/// <param name="Length">Its length in bytes; pipes and devices have none.</param>
/// <param name="Modified">When it was written last, in ticks of UTC.</param>
internal readonly record struct FileTreeEntry(string Path, long Length, long Modified);

namespace CifarFast.Trainer.Runs;

/// <summary>A picture that a network could not be shown.</summary>
/// <param name="Path">The file or folder, as it was named.</param>
/// <param name="Message">Why.</param>
internal sealed record PictureFailure(string Path, string Message);

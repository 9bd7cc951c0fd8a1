namespace CifarFast.Trainer.Images;

/// <summary>A picture cannot be read. The message is one line for a person, and names the file.</summary>
internal sealed class PictureException(string message, Exception? inner = null) : Exception(message, inner);

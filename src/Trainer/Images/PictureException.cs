using CifarFast.Engine.Files;

namespace CifarFast.Trainer.Images;

/// <summary>A picture cannot be read. The message is one line for a person, and names the file.</summary>
internal sealed class PictureException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What the file is, by its content; unreadable where that is not what is wrong.</summary>
    public FileSignature Signature { get; init; } = new(FileKind.Unreadable, "a file that cannot be read");
}

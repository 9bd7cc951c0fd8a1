using CifarFast.Engine.Files;

namespace CifarFast.Engine.Tests.Checkpoints;

/// <summary>A directory that behaves as if it were on a disk of so many bytes.</summary>
/// <param name="directory">The directory.</param>
/// <param name="moment">Is called before and in the midst of each write: what there is then is what a crash would leave.</param>
internal sealed class FakeDisk(string directory, Action moment)
{
    /// <summary>What ENOSPC is called in Linux and macOS.</summary>
    private const int Full = 28;

    /// <summary>How many bytes there is room for.</summary>
    public long Bytes { get; set; } = long.MaxValue;

    /// <summary>Writes a file as <see cref="DurableFile.Write"/> does.</summary>
    public void Write(string path, Action<Stream> write, string? previous)
    {
        moment();
        DurableFile.Write(
            path,
            file =>
            {
                long used = new DirectoryInfo(directory).GetFiles().Sum(other => other.Length);
                using var content = new MemoryStream();
                write(content);
                content.WriteTo(file);
                file.Flush();
                moment();
                if (used + content.Length > Bytes)
                {
                    throw new IOException("No space left on device", Full);
                }
            },
            previous);
    }
}

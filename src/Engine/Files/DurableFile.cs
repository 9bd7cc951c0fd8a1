namespace CifarFast.Engine.Files;

/// <summary>
/// Files of which there is always one whole version: what is written goes to a temporary file beside, is flushed to the disk, and
/// only then takes the name. A crash, a full disk or a kill at any moment leaves the version before it.
/// </summary>
public static class DurableFile
{
    /// <summary>What a file under way has behind its name; one that was left behind may be deleted.</summary>
    public const string TemporarySuffix = ".tmp";

    /// <summary>Writes a file, or a new version of it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes the content; it may be called on any thread, once.</param>
    /// <param name="previous">The name under which the version before is kept; null to let it go.</param>
    /// <exception cref="IOException">It cannot be written; the version before it is still there.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written; the version before it is still there.</exception>
    public static void Write(string path, Action<Stream> write, string? previous = null)
    {
        string temporary = path + TemporarySuffix;
        try
        {
            using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                write(file);
                file.Flush(flushToDisk: true);
            }

            if (previous is not null && File.Exists(path))
            {
                File.Move(path, previous, overwrite: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            DeleteQuietly(temporary);
            throw;
        }
    }

    /// <summary>A full disk wants the room back; where even that fails, the first error is the one to tell.</summary>
    private static void DeleteQuietly(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }
}

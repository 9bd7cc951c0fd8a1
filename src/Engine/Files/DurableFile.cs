namespace CifarFast.Engine.Files;

/// <summary>
/// Files of which there is always one whole version: what is written goes to a temporary file beside, is flushed to the disk, and
/// only then takes the name. A crash, a full disk or a kill at any moment leaves the version before it.
/// </summary>
internal static class DurableFile
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

        // Where another process has it open, this fails, and it is not ours to delete.
        FileStream file = new(temporary, FileMode.Create, FileAccess.Write, FileShare.None);
        try
        {
            using (file)
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
        catch (Exception error)
        {
            DeleteQuietly(temporary);
            if (IsTooLarge(error))
            {
                throw TooLarge(path, error);
            }

            throw;
        }
    }

    /// <summary>Whether a file could not be written as there is no room for it: on the disk, or in the user's share of it.</summary>
    /// <param name="error">Why it could not be written, or null where it could.</param>
    public static bool IsDiskFull(Exception? error) =>

        // ERROR_DISK_FULL, ERROR_HANDLE_DISK_FULL and ERROR_DISK_QUOTA_EXCEEDED of Windows, ENOSPC, EDQUOT of Linux and of macOS.
        error is IOException && error.HResult is unchecked((int)0x80070070) or unchecked((int)0x80070027) or unchecked((int)0x8007050F) or 28 or 122 or 69;

    /// <summary>Adds to the end of a file that is there; where that fails, the file is as it was, as far as the disk allows.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">What is added.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Append(string path, ReadOnlySpan<byte> content)
    {
        // Without a buffer, which would be written once more while the file closes.
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        long end = file.Seek(0, SeekOrigin.End);
        try
        {
            file.Write(content);
        }
        catch (Exception error)
        {
            CutQuietly(file, end);
            if (IsTooLarge(error))
            {
                throw TooLarge(path, error);
            }

            throw;
        }
    }

    /// <summary>Whether a write failed with EFBIG, which .NET takes for a wrong argument of the caller's.</summary>
    private static bool IsTooLarge(Exception error) => error is ArgumentOutOfRangeException { ParamName: "value" };

    private static IOException TooLarge(string path, Exception error) =>
        new($"'{path}' would be larger than the file system, or the limit of file sizes (ulimit -f), allows.", error);

    private static void CutQuietly(FileStream file, long end)
    {
        try
        {
            file.SetLength(end);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
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

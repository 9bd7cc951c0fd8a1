namespace CifarFast.Engine.Files;

/// <summary>
/// A lock between processes. It is held through an open file, so it goes with its process however that ends. The file itself
/// should stay, as deleting it would let two others each lock their own.
/// </summary>
internal static class FileLock
{
    /// <summary>Takes the lock of the file <paramref name="path"/>, which is made where it is missing; disposing gives it back.</summary>
    /// <returns>The lock, or null where another holds it.</returns>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be opened.</exception>
    public static IDisposable? TryTake(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (IsInUse(error))
        {
            return null;
        }
    }

    /// <summary>Whether opening a file failed for the sake of another's lock: ERROR_SHARING_VIOLATION, or EWOULDBLOCK of Linux and of macOS.</summary>
    private static bool IsInUse(IOException error) => error.HResult is unchecked((int)0x80070020) or 11 or 35;
}

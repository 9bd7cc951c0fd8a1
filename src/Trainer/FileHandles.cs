using Microsoft.Win32.SafeHandles;

namespace CifarFast.Trainer;

/// <summary>
/// How many files may be open at once. .NET keeps each of its libraries open, so where there are too few handles anything may fail
/// anywhere, the handling of the failure too.
/// </summary>
/// <remarks>Nothing here needs a library that is not loaded when a program begins.</remarks>
internal static class FileHandles
{
    private const string AnyFile = "/dev/null";

    /// <summary>A run that downloads, trains and draws takes some 80 beyond those that .NET begins with.</summary>
    private const int Needed = 100;

    /// <summary>Tries whether there are as many as any command needs, and says so on standard error where there are not.</summary>
    public static bool AreEnough()
    {
        // Other systems have no such limit.
        if (OperatingSystem.IsWindows() || !File.Exists(AnyFile))
        {
            return true;
        }

        var handles = new SafeFileHandle?[Needed];
        try
        {
            for (int i = 0; i < handles.Length; i++)
            {
                handles[i] = File.OpenHandle(AnyFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            }

            return true;
        }
        catch (IOException)
        {
            Array.ForEach(handles, handle => handle?.Dispose());

            // Of the console only the bare stream: it wants few handles, and what others write to the same file comes behind it.
            using Stream error = System.Console.OpenStandardError();
            error.Write("cifarfast: too few files may be open at once for this program; allow more, as with 'ulimit -n 1024'\n"u8);
            return false;
        }
        finally
        {
            Array.ForEach(handles, handle => handle?.Dispose());
        }
    }
}

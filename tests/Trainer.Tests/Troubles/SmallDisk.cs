using System.Diagnostics;
using System.Globalization;
using CifarFast.Engine.Tests.Data;

namespace CifarFast.Trainer.Tests.Troubles;

/// <summary>A disk in memory, of a size that tests choose.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    /// <summary>Makes an empty disk; skips the test where that cannot be done.</summary>
    public SmallDisk(long bytes)
    {
        Directory.CreateDirectory(Path);
        if (!Succeeds("mount", "-t", "tmpfs", "-o", Size(bytes), "none", Path))
        {
            _temporary.Dispose();
            Assert.Skip("to mount a small disk takes Linux, and root's rights there");
        }
    }

    /// <summary>Where it is.</summary>
    public string Path => _temporary.Below("disk");

    /// <summary>Gives it another size.</summary>
    public void Resize(long bytes) => Assert.True(Succeeds("mount", "-o", $"remount,{Size(bytes)}", Path));

    public void Dispose()
    {
        Succeeds("umount", Path);
        _temporary.Dispose();
    }

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"size={bytes}");

    private static bool Succeeds(string program, params string[] args)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        using Process process = Process.Start(new ProcessStartInfo(program, args) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}

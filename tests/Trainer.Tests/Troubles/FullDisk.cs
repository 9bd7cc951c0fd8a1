using System.Diagnostics;
using CifarFast.Engine.Tests.Data;

namespace CifarFast.Trainer.Tests.Troubles;

/// <summary>A small disk in memory, which something else fills.</summary>
internal sealed class FullDisk : ITrouble
{
    private readonly TemporaryDirectory _temporary = new();

    public FullDisk()
    {
        // Room for four checkpoints and a bit.
        Directory.CreateDirectory(Disk);
        if (!Succeeds("mount", "-t", "tmpfs", "-o", "size=48m", "none", Disk))
        {
            _temporary.Dispose();
            Assert.Skip("to mount a small disk takes Linux, and root's rights there");
        }
    }

    public string Run => Path.Combine(Disk, "run");

    private string Disk => _temporary.Below("disk");

    private string Filler => Path.Combine(Disk, "filler");

    public void Begin()
    {
        byte[] chunk = new byte[1 << 16];
        try
        {
            using var filler = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            while (true)
            {
                filler.Write(chunk);
            }
        }
        catch (IOException)
        {
            // It is full.
        }
    }

    public void End() => File.Delete(Filler);

    public void Dispose()
    {
        Succeeds("umount", Disk);
        _temporary.Dispose();
    }

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

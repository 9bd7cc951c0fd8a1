using System.Diagnostics;
using CifarFast.Engine.Tests.Data;

namespace CifarFast.Trainer.Tests.Troubles;

/// <summary>A folder of checkpoints that nothing can be written to: root, who may write anywhere, makes it immutable for that.</summary>
internal sealed class UnwritableFolder : ITrouble
{
    private readonly TemporaryDirectory _temporary = new();
    private bool _isOn;

    public UnwritableFolder()
    {
        if (OperatingSystem.IsWindows() || (Environment.IsPrivilegedProcess && !(Change("+i", _temporary.Path) && Change("-i", _temporary.Path))))
        {
            _temporary.Dispose();
            Assert.Skip("nothing keeps this user from writing where it likes");
        }
    }

    public string Run => _temporary.Below("run");

    private string Checkpoints => Path.Combine(Run, "checkpoints");

    public void Begin() => Set(writable: false);

    public void End() => Set(writable: true);

    public void Dispose()
    {
        if (_isOn)
        {
            End();
        }

        _temporary.Dispose();
    }

    private static bool Change(string flag, string directory)
    {
        using Process process = Process.Start(new ProcessStartInfo("chattr", [flag, directory]) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private void Set(bool writable)
    {
        _isOn = !writable;
        if (Environment.IsPrivilegedProcess)
        {
            Assert.True(Change(writable ? "-i" : "+i", Checkpoints));
        }
        else if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserExecute;
            File.SetUnixFileMode(Checkpoints, writable ? Readable | UnixFileMode.UserWrite : Readable);
        }
    }
}

using System.Runtime.InteropServices;

namespace CifarFast.Trainer.Commands;

/// <summary>Runs commands that end early at a signal and have nothing to save then.</summary>
internal static class Interruptible
{
    /// <summary>SIGXFSZ, on Linux and on macOS.</summary>
    private const PosixSignal FileSizeExceeded = (PosixSignal)25;

    private static PosixSignalRegistration? _fileSizeExceeded;

    /// <summary>Runs <paramref name="work"/> and returns the process's exit code. Meanwhile a file that grows too large is a write that fails, too.</summary>
    public static int Run(Action<CancellationToken> work)
    {
        // .NET hands signals on late: the write has failed, and an interruption may be gone by then. So this one is never let go.
        _fileSizeExceeded ??= OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(FileSizeExceeded, context => context.Cancel = true);
        using var interruption = new Interruption(static () => { }, static () => { });
        try
        {
            work(interruption.Token);
            return ExitCode.Success;
        }
        catch (OperationCanceledException) when (interruption.ExitCode is int code)
        {
            return code;
        }
    }
}

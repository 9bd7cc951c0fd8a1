using System.Runtime.InteropServices;

namespace CifarFast.Trainer.Commands;

/// <summary>
/// Turns the first Ctrl+C, SIGTERM or SIGHUP into a cancelled token, so that a command can end in good order; the second one ends
/// the process at once. A signal that the process was started to ignore (as nohup has SIGHUP) stays ignored: .NET sees to that.
/// </summary>
internal sealed class Interruption : IDisposable
{
    /// <summary>SIGXFSZ, on Linux and on macOS.</summary>
    private const PosixSignal FileSizeExceeded = (PosixSignal)25;

    private static PosixSignalRegistration? _fileSizeExceeded;

    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private readonly Action _announce;
    private readonly Action _cleanUp;

    /// <param name="announce">Tells of the first signal; runs beside the command.</param>
    /// <param name="cleanUp">What there is to tidy up before the second signal ends the process; runs beside the command.</param>
    public Interruption(Action announce, Action cleanUp)
    {
        _announce = announce;
        _cleanUp = cleanUp;
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Interrupt(context, Trainer.ExitCode.Interrupted)),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Interrupt(context, Trainer.ExitCode.Terminated)),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Interrupt(context, Trainer.ExitCode.HungUp)),
        ];

        // A file that grows beyond the limit of its size is a disk that is full: a write that fails, no end of the process. .NET
        // hands signals on late, when this object may be gone: so this one is never let go.
        _fileSizeExceeded ??= OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(FileSizeExceeded, context => context.Cancel = true);
    }

    /// <summary>Is cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>What the process should return, once a signal came.</summary>
    public int? ExitCode { get; private set; }

    public void Dispose()
    {
        // The source stays: a signal may be on its way while the registrations go.
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void Interrupt(PosixSignalContext context, int exitCode)
    {
        if (ExitCode is not null)
        {
            _cleanUp();
            return;
        }

        context.Cancel = true;
        ExitCode = exitCode;
        _source.Cancel();
        _announce();
    }
}

namespace CifarFast.Trainer.Commands;

/// <summary>Runs commands that end early at a signal and have nothing to save then.</summary>
internal static class Interruptible
{
    /// <summary>Runs <paramref name="work"/>, which goes well or throws, and returns the process's exit code.</summary>
    public static int Run(Action<CancellationToken> work) => Run(cancellation =>
    {
        work(cancellation);
        return ExitCode.Success;
    });

    /// <summary>Runs <paramref name="work"/> and returns the process's exit code: its own, unless a signal came.</summary>
    public static int Run(Func<CancellationToken, int> work)
    {
        using var interruption = new Interruption(static () => { }, static () => { });
        try
        {
            return work(interruption.Token);
        }
        catch (OperationCanceledException) when (interruption.ExitCode is int code)
        {
            return code;
        }
    }
}

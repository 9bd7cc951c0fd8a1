namespace CifarFast.Trainer.Commands;

/// <summary>Runs commands that end early at a signal and have nothing to save then.</summary>
internal static class Interruptible
{
    /// <summary>Runs <paramref name="work"/> and returns the process's exit code.</summary>
    public static int Run(Action<CancellationToken> work)
    {
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

namespace CifarFast.Trainer;

/// <summary>What the process returns.</summary>
internal static class ExitCode
{
    /// <summary>All went well.</summary>
    public const int Success = 0;

    /// <summary>The command could not do what it was asked to.</summary>
    public const int Failure = 1;

    /// <summary>What was asked for makes no sense.</summary>
    public const int Usage = 2;

    /// <summary>The terminal was closed: 128 + SIGHUP.</summary>
    public const int HungUp = 129;

    /// <summary>Ctrl+C: 128 + SIGINT, as shells have it.</summary>
    public const int Interrupted = 130;

    /// <summary>Whoever read standard output has gone: 128 + SIGPIPE.</summary>
    public const int BrokenPipe = 141;

    /// <summary>128 + SIGTERM.</summary>
    public const int Terminated = 143;
}

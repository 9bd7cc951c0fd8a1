namespace CifarFast.Engine.Tests;

/// <summary>How long tests wait for what has to happen: so long that only a hang reaches it, however slow or busy the machine is.</summary>
internal static class Hang
{
    /// <summary>The limit in milliseconds.</summary>
    public const int Milliseconds = 10 * 60 * 1000;

    /// <summary>The limit.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromMilliseconds(Milliseconds);
}

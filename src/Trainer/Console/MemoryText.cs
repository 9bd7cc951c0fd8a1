using System.Globalization;

namespace CifarFast.Trainer.Console;

/// <summary>An amount of memory in words.</summary>
internal static class MemoryText
{
    /// <summary>As <c>310 MB</c> or <c>5.2 GB</c>.</summary>
    public static string Of(long bytes) => bytes < 1_000_000_000
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F0} MB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:F1} GB");
}

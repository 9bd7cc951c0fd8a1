namespace CifarFast.Engine.Data;

/// <summary>Where a program keeps what it can get again, by the custom of each system.</summary>
internal static class CacheLocation
{
    private const string Program = "cifarfast";

    /// <summary>The cache directory of this user on this system, or null where there is none: a service without a home, say.</summary>
    public static string? Find() => Find(
        OperatingSystem.IsWindows(),
        OperatingSystem.IsMacOS(),
        Environment.GetEnvironmentVariable,
        Environment.GetFolderPath);

    /// <summary>The same for any system, told what it answers.</summary>
    public static string? Find(
        bool windows,
        bool macOS,
        Func<string, string?> variable,
        Func<Environment.SpecialFolder, string> folder)
    {
        if (windows)
        {
            return Below(folder(Environment.SpecialFolder.LocalApplicationData));
        }

        // Where HOME is missing, .NET asks the system's list of users.
        string home = folder(Environment.SpecialFolder.UserProfile);
        if (macOS)
        {
            return Below(home, "Library", "Caches");
        }

        // The XDG base directory specification has relative paths ignored.
        string? cache = variable("XDG_CACHE_HOME");
        return Below(cache ?? "") ?? Below(home, ".cache");
    }

    private static string? Below(string root, params ReadOnlySpan<string> parts) =>
        Path.IsPathFullyQualified(root) ? Path.Combine([root, .. parts, Program]) : null;
}

namespace CifarFast.Trainer.Commands;

/// <summary>The command line by which a person can start this program again.</summary>
internal static class SelfCommand
{
    /// <summary>The line that takes up the run in <paramref name="directory"/>, to be typed where this program was started.</summary>
    public static string Resume(string directory)
    {
        // A folder may have a name that would be taken for something else.
        bool isAmbiguous = directory == ResumeTarget.Latest || directory.StartsWith('-');
        return $"{Program()} train --resume {Quote(isAmbiguous ? Path.Combine(".", directory) : directory)}";
    }

    private static string Program()
    {
        string process = Environment.ProcessPath ?? "cifarfast";
        bool isHost = Path.GetFileNameWithoutExtension(process).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        string assembly = Path.Combine(AppContext.BaseDirectory, $"{typeof(SelfCommand).Assembly.GetName().Name}.dll");
        return isHost ? $"dotnet {Quote(Shorten(assembly))}" : Quote(Shorten(process));
    }

    /// <summary>A path below the current directory without that; a shell wants to see a separator in the name of a program.</summary>
    private static string Shorten(string path)
    {
        string relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), path);
        return relative.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(relative) ? path
            : relative.Contains(Path.DirectorySeparatorChar) ? relative
            : Path.Combine(".", relative);
    }

    private static string Quote(string text)
    {
        const string Harmless = "/\\._-+:=@%";
        return text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || Harmless.Contains(c)) && (OperatingSystem.IsWindows() || !text.Contains('\\')) ? text
            : OperatingSystem.IsWindows() ? $"\"{text}\""
            : $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
    }
}

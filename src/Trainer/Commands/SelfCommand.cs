using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Commands;

/// <summary>The command line by which a person can start this program again.</summary>
internal static class SelfCommand
{
    /// <summary>The line by which a person who has this program installed gives it these arguments.</summary>
    public static string Line(IEnumerable<string> args) => string.Join(' ', args.Select(Quote).Prepend("cifarfast"));

    /// <summary>The line that draws the report of the run in <paramref name="directory"/>, to be typed where this program was started.</summary>
    public static string Report(string directory) => $"{Program()} report {Quote(Unambiguous(directory))}";

    /// <summary>The line that resumes the run in <paramref name="directory"/>, to be typed where this program was started.</summary>
    /// <param name="directory">The run's folder.</param>
    /// <param name="processes">How many processes computed it together; whatever started them is given the name that launchers usually have.</param>
    public static string Resume(string directory, int processes) =>
        $"{(processes > 1 ? $"mpirun -n {processes} " : "")}{Program()} train --resume {Quote(Unambiguous(directory))}";

    /// <summary>A folder may have a name that would be taken for something else.</summary>
    private static string Unambiguous(string directory) =>
        directory == RunName.Latest || directory.StartsWith('-') ? Path.Combine(".", directory) : directory;

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

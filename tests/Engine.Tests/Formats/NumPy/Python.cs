using System.ComponentModel;
using System.Diagnostics;

namespace CifarFast.Engine.Tests.Formats.NumPy;

/// <summary>A Python that has NumPy, where this machine has one.</summary>
internal static class Python
{
    /// <summary>The second is for machines where the first is another Python than the one that packages are installed for.</summary>
    private static readonly string[] _commands = ["python3", "/usr/bin/python3", "python"];

    private static readonly Lazy<string?> _command = new(() =>
        Array.Find(_commands, command => Execute(command, "-c", "import numpy.lib.stride_tricks as s; s.sliding_window_view") is (0, _, _)));

    /// <summary>Runs a script that lies beside the tests, and returns what it prints; skips the test where there is no NumPy.</summary>
    public static string Run(string script, params string[] arguments)
    {
        Assert.SkipWhen(_command.Value is null, $"none of {string.Join(", ", _commands)} is a Python with NumPy 1.20 or later");
        string path = Path.Combine(AppContext.BaseDirectory, "Formats", "NumPy", script);
        (int code, string output, string errors) = Execute(_command.Value!, [path, .. arguments]);
        Assert.True(code == 0, errors);
        return output;
    }

    private static (int Code, string Output, string Errors) Execute(string command, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, errors.Result);
        }
        catch (Win32Exception error)
        {
            return (-1, "", error.Message);
        }
    }
}

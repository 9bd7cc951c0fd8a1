using System.Diagnostics;
using CifarFast.Engine.Tests;

namespace CifarFast.Trainer.Tests.Packaging;

/// <summary>The SDK, with a folder of packages of its own, so that neither finds what the other left.</summary>
internal static class Dotnet
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The configuration that these tests were built in.</summary>
    public static string Configuration { get; } = Path.GetFileName(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory))!);

    /// <summary>Runs a command in <paramref name="directory"/> and returns what it printed.</summary>
    public static Task<string> RunAsync(string directory, params string[] args) =>
        RunProgramAsync(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", directory, args);

    /// <summary>Runs a program in <paramref name="directory"/> and returns what it printed.</summary>
    public static async Task<string> RunProgramAsync(string program, string directory, params string[] args)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Hang.Limit);
        var start = new ProcessStartInfo(program, args)
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["NUGET_PACKAGES"] = Path.Combine(directory, "packages");
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";

        // The tests' own host sets these for its children.
        start.Environment.Remove("MSBuildSDKsPath");
        start.Environment.Remove("MSBUILD_EXE_PATH");
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync(deadline.Token);
        string output = await process.StandardOutput.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', args)} ended with {process.ExitCode}: {output}{await error}");
        return output;
    }

    private static string FindRoot()
    {
        string directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "CifarFast.sln")))
        {
            directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("the solution is nowhere above these tests");
        }

        return directory;
    }
}

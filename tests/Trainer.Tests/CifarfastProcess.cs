using System.Diagnostics;
using System.Text;

namespace CifarFast.Trainer.Tests;

/// <summary>
/// Runs the program as a process of its own, for what belongs to a process: environment, current directory, signals. It knows
/// no data set, no cache and no forced tier but those it is told of.
/// </summary>
internal sealed class CifarfastProcess : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly StringBuilder _output = new();
    private readonly Process _process;
    private readonly Task<string> _error;

    private CifarfastProcess(ProcessStartInfo start)
    {
        _deadline.CancelAfter(_patience);
        _process = Process.Start(start)!;
        _error = _process.StandardError.ReadToEndAsync(_deadline.Token);
    }

    /// <summary>Whether signals can be sent here.</summary>
    public static bool HasSignals => !OperatingSystem.IsWindows();

    /// <summary>Runs a command line in <paramref name="directory"/> to its end.</summary>
    public static async Task<Outcome> RunAsync(string directory, Dictionary<string, string> environment, params string[] args)
    {
        using CifarfastProcess process = Start(directory, environment, args);
        return await process.EndAsync();
    }

    /// <summary>Starts a command line in <paramref name="directory"/>.</summary>
    public static CifarfastProcess Start(string directory, Dictionary<string, string> environment, params string[] args)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "cifarfast.dll");
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [program, .. args])
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment.Remove("CIFARFAST_DATA");
        start.Environment.Remove("CIFARFAST_SIMD");
        foreach (string home in new[] { "HOME", "LOCALAPPDATA", "XDG_CACHE_HOME" })
        {
            start.Environment[home] = Path.Combine(directory, "home");
        }

        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return new CifarfastProcess(start);
    }

    /// <summary>Waits until the program has written a line that begins with <paramref name="start"/>.</summary>
    public async Task WaitForLineAsync(string start)
    {
        while (await _process.StandardOutput.ReadLineAsync(_deadline.Token) is string line)
        {
            _output.AppendLine(line);
            if (line.StartsWith(start, StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"The program ended before it wrote '{start}': {_output}{await _error}");
    }

    /// <summary>Sends <paramref name="signal"/>, as <c>INT</c>.</summary>
    public async Task SignalAsync(string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync(_deadline.Token);
    }

    /// <summary>Sends <paramref name="signal"/> again and again until the program has ended.</summary>
    public async Task SignalUntilEndAsync(string signal)
    {
        while (!_process.HasExited)
        {
            await SignalAsync(signal);
            await Task.Delay(100, _deadline.Token);
        }
    }

    /// <summary>Waits for the program's end.</summary>
    public async Task<Outcome> EndAsync()
    {
        _output.Append(await _process.StandardOutput.ReadToEndAsync(_deadline.Token));
        string error = await _error;
        await _process.WaitForExitAsync(_deadline.Token);
        return new Outcome(_process.ExitCode, _output.ToString(), error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
        _deadline.Dispose();
    }
}

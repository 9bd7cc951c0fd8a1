using System.Diagnostics;
using System.Globalization;
using System.Text;
using CifarFast.Engine.Tests;

namespace CifarFast.Trainer.Tests;

/// <summary>
/// Runs the program as a process of its own, for what belongs to a process: environment, current directory, signals. It knows
/// no data set, no cache and no forced tier but those it is told of.
/// </summary>
internal sealed class CifarfastProcess : IDisposable
{
    /// <summary>The one of util-linux: others have other options.</summary>
    private const string TerminalMaker = "/usr/bin/script";

    private static string Host => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private static string Program => Path.Combine(AppContext.BaseDirectory, "cifarfast.dll");

    private readonly CancellationTokenSource _deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly StringBuilder _output = new();
    private readonly Process _process;
    private readonly Task<string> _error;

    private CifarfastProcess(ProcessStartInfo start)
    {
        _deadline.CancelAfter(Hang.Limit);
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

    /// <summary>Runs a command line of the program <paramref name="program"/> in <paramref name="directory"/> to its end.</summary>
    public static async Task<Outcome> RunAsync(string directory, string program, params string[] args)
    {
        using CifarfastProcess process = Start(directory, [], Host, [program, .. args]);
        return await process.EndAsync();
    }

    /// <summary>Starts a command line in <paramref name="directory"/>.</summary>
    public static CifarfastProcess Start(string directory, Dictionary<string, string> environment, params string[] args) =>
        Start(directory, environment, Host, [Program, .. args]);

    /// <summary>Starts a command line by way of a shell, in which <paramref name="script"/> has it as <c>"$0" "$@"</c>.</summary>
    public static CifarfastProcess StartInShell(string directory, string script, params string[] args) =>
        Start(directory, [], "bash", ["-c", script, Host, Program, .. args]);

    /// <summary>Starts a command line in a terminal of so many columns. What it writes as errors is part of its output.</summary>
    public static CifarfastProcess StartInTerminal(string directory, int columns, params string[] args)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists(TerminalMaker), $"there is no {TerminalMaker} here");
        string script = $"export TERM=xterm SHELL=$BASH; exec {TerminalMaker} -qec \"stty cols {columns}; exec $(printf '%q ' \"$0\" \"$@\")\" /dev/null";
        return StartInShell(directory, script, args);
    }

    /// <summary>Starts command lines as processes that train together, so many of each, by an MPI launcher: <c>mpich</c> or <c>openmpi</c>.</summary>
    public static CifarfastProcess StartTogether(string directory, string launcher, params (int Processes, string[] Args)[] programs) =>
        StartTogether(directory, launcher, secondsToStop: 1, programs);

    /// <summary>The same where Open MPI is to wait longer than a second before it kills what it has sent a signal to; it always does for so long.</summary>
    public static CifarfastProcess StartTogether(string directory, string launcher, int secondsToStop, params (int Processes, string[] Args)[] programs)
    {
        string file = $"/usr/bin/mpirun.{launcher}";
        Assert.SkipUnless(File.Exists(file), $"there is no {file} here (Debian: mpich, openmpi-bin)");
        List<string> args = [];
        foreach ((int processes, string[] own) in programs)
        {
            args.AddRange([.. args.Count == 0 ? [] : new[] { ":" }, "-n", $"{processes}", Host, Program, .. own]);
        }

        // There may be fewer cores than processes, and tests may run as root; MPICH knows none of these.
        string[] more = launcher == "openmpi" ? ["--oversubscribe", "--mca", "odls_base_sigkill_timeout", $"{secondsToStop}"] : [];
        var environment = new Dictionary<string, string> { ["OMPI_ALLOW_RUN_AS_ROOT"] = "1", ["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1" };
        return Start(directory, environment, file, [.. more, .. args]);
    }

    private static CifarfastProcess Start(string directory, Dictionary<string, string> environment, string file, string[] args)
    {
        var start = new ProcessStartInfo(file, args)
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
        if (Path.GetDirectoryName(Host) is { Length: > 0 } home)
        {
            // The program tells a person to type "dotnet".
            start.Environment["PATH"] = $"{home}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}";
        }

        foreach (string variable in new[] { "HOME", "LOCALAPPDATA", "XDG_CACHE_HOME" })
        {
            start.Environment[variable] = Path.Combine(directory, "home");
        }

        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return new CifarfastProcess(start);
    }

    /// <summary>Skips the test where signals cannot be sent, or a program that is started would ignore them.</summary>
    public static void SkipUnlessSignalsAreHeeded()
    {
        Assert.SkipUnless(HasSignals, "this system has no signals");

        // Shells start background jobs so, and children inherit it.
        const string Status = "/proc/self/status";
        string? ignored = File.Exists(Status) ? File.ReadLines(Status).First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)) : null;
        Assert.SkipWhen(ignored is not null && (Convert.ToUInt64(ignored[7..].Trim(), 16) & 3) != 0, "these tests run with SIGINT or SIGHUP ignored");
    }

    /// <summary>Waits until the program has written a line that begins with <paramref name="start"/>.</summary>
    public async Task WaitForLineAsync(string start)
    {
        if (!await SeesLineAsync(line => line.StartsWith(start, StringComparison.Ordinal)))
        {
            Assert.Fail($"The program ended before it wrote '{start}': {_output}{await _error}");
        }
    }

    /// <summary>Waits until the program has written a certain line; false where it ended before.</summary>
    public async Task<bool> SeesLineAsync(Func<string, bool> isIt)
    {
        while (await _process.StandardOutput.ReadLineAsync(_deadline.Token) is string line)
        {
            _output.AppendLine(line);
            if (isIt(line))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Ends the program in the middle of whatever it does, unless it has ended.</summary>
    public void Kill() => _process.Kill();

    /// <summary>The program's process.</summary>
    public int Id => _process.Id;

    /// <summary>Sends <paramref name="signal"/>, as <c>INT</c>.</summary>
    public Task SignalAsync(string signal) => SignalAsync(signal, _process.Id);

    /// <summary>Sends a signal to one of the processes that train together, unless it has ended or not begun.</summary>
    /// <param name="signal">The signal, as <c>KILL</c>.</param>
    /// <param name="rank">The number of the process.</param>
    public async Task SignalRankAsync(string signal, int rank)
    {
        string[] variables = [$"PMI_RANK={rank}", $"OMPI_COMM_WORLD_RANK={rank}"];
        foreach (int process in Descendants(_process.Id).Where(process => Environ(process).Any(variables.Contains)))
        {
            await SignalAsync(signal, process);
        }
    }

    private static IEnumerable<int> Descendants(int process)
    {
        string children = $"/proc/{process}/task/{process}/children";
        int[] own = [.. Text(children).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture))];
        return own.SelectMany(child => Descendants(child).Prepend(child));
    }

    private static string[] Environ(int process) => Text($"/proc/{process}/environ").Split('\0');

    private static string Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
    }

    private async Task SignalAsync(string signal, int process)
    {
        using Process kill = Process.Start(new ProcessStartInfo("kill", [$"-{signal}", $"{process}"]) { RedirectStandardError = true })!;
        await kill.WaitForExitAsync(_deadline.Token);
    }

    /// <summary>Waits until <paramref name="hasCome"/> says so, or the program has ended.</summary>
    public async Task WaitUntilAsync(Func<bool> hasCome)
    {
        while (!_process.HasExited && !hasCome())
        {
            await Task.Delay(1, _deadline.Token);
        }
    }

    /// <summary>Waits for so long, or until the program has ended.</summary>
    public Task DelayAsync(TimeSpan time) => Task.WhenAny(Task.Delay(time, _deadline.Token), _process.WaitForExitAsync(_deadline.Token));

    /// <summary>Types <paramref name="keys"/>, where it runs in a terminal.</summary>
    public async Task TypeAsync(string keys)
    {
        await _process.StandardInput.WriteAsync(keys);
        await _process.StandardInput.FlushAsync(_deadline.Token);
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

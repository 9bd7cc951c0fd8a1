using Spectre.Console.Testing;

namespace CifarFast.Trainer.Tests;

/// <summary>Runs the program within the process of the tests.</summary>
internal static class Cifarfast
{
    /// <summary>Where runs within this process keep decoded pictures: not where the user does.</summary>
    private static readonly string _cacheDirectory = MakeCacheDirectory();

    /// <summary>Runs a command line, on no terminal.</summary>
    public static Outcome Run(params string[] args)
    {
        using var output = new StringWriter();
        return Run(output, args);
    }

    /// <summary>Runs a command line, on no terminal, and has something happen at some of the lines it writes: it waits for that.</summary>
    /// <param name="happenings">What happens at the first line that begins so, one after another.</param>
    /// <param name="args">The command line.</param>
    public static Outcome RunWith(IEnumerable<(string Line, Action Happening)> happenings, params string[] args)
    {
        using var output = new EventfulWriter(happenings);
        Outcome outcome = Run(output, args);
        Assert.True(output.HasEnded, $"not all happened: {outcome.Output}{outcome.Error}");
        return outcome;
    }

    /// <summary>Runs a command line with something to read on standard input.</summary>
    public static Outcome RunOn(Stream input, params string[] args)
    {
        using var output = new StringWriter();
        return Run(output, args, input);
    }

    private static string MakeCacheDirectory()
    {
        string directory = Directory.CreateTempSubdirectory("cifarfast-cache-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(directory, recursive: true);
        return directory;
    }

    private static Outcome Run(StringWriter output, string[] args, Stream? input = null)
    {
        using var console = new TestConsole();
        using var error = new StringWriter();
        using var bytes = new MemoryStream();
        int exitCode = new Application(console, new SteadyWriter(output), error, bytes) { Input = input, CacheDirectory = _cacheDirectory }.Run(args);
        Assert.Equal("", console.Output);
        return new Outcome(exitCode, output.ToString(), error.ToString()) { Bytes = bytes.ToArray() };
    }

    private sealed class EventfulWriter(IEnumerable<(string Line, Action Happening)> happenings) : StringWriter
    {
        private readonly Queue<(string Line, Action Happening)> _left = new(happenings);

        public bool HasEnded => _left.Count == 0;

        public override void Write(string? value)
        {
            base.Write(value);
            if (_left.TryPeek(out (string Line, Action Happening) next) && value!.StartsWith(next.Line, StringComparison.Ordinal))
            {
                _left.Dequeue();
                next.Happening();
            }
        }
    }
}

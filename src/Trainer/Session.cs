using CifarFast.Engine.Data;
using CifarFast.Trainer.Console;
using Spectre.Console;

namespace CifarFast.Trainer;

/// <summary>Where a command writes.</summary>
/// <param name="Console">The terminal, for what is drawn.</param>
/// <param name="Output">Standard output, for plain lines.</param>
/// <param name="Error">Standard error.</param>
/// <param name="Bytes">Standard output, for a file that a person wants there.</param>
/// <param name="CommandLine">What was typed to have the command run.</param>
internal sealed record Session(IAnsiConsole Console, TextWriter Output, TextWriter Error, Stream Bytes, string CommandLine)
{
    /// <summary>Standard input, or null where that is the terminal.</summary>
    public Stream? Input { get; init; }

    /// <summary>Where decoded pictures are kept, or null where the user has no such place.</summary>
    public string? CacheDirectory { get; init; } = CacheLocation.Find();

    /// <summary>Ends all processes that train together with this one, with an exit code; null where there are none.</summary>
    public Action<int>? EndAll { get; set; }

    /// <summary>Whether a live view can be drawn: a terminal that understands control sequences, and nothing redirected.</summary>
    public bool IsInteractive => Console.Profile.Capabilities is { Ansi: true, Interactive: true } && Console.Profile.Out.IsTerminal;

    /// <summary>Whether standard output has failed, and what is written there is lost.</summary>
    public bool IsOutputLost => Output is SteadyWriter { Failure: not null };

    /// <summary>The same for a process that says nothing.</summary>
    public Session Silenced() => this with
    {
        Console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) }),
        Output = TextWriter.Null,
        Error = TextWriter.Null,
    };

    /// <summary>Has the command go on, with a warning, where standard output fails: what it is for lies elsewhere.</summary>
    public void DoWithoutOutput()
    {
        if (Output is SteadyWriter output)
        {
            output.OnFirstFailure = error => Warn($"{OutputPipe.Describe(error)} What is said there is lost; the run goes on.");
        }
    }

    /// <summary>Says something that a person may want to know, in one line.</summary>
    public void Note(string message) => Error.WriteLine($"cifarfast: {PlainText.OneLine(message)}");

    /// <summary>Says something that a person should know of, in one line; the command goes on.</summary>
    public void Warn(string message) => Error.WriteLine($"cifarfast: WARNING: {PlainText.OneLine(message)}");
}

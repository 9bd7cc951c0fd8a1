using Spectre.Console.Testing;

namespace CifarFast.Trainer.Tests;

/// <summary>Runs the program within the process of the tests.</summary>
internal static class Cifarfast
{
    /// <summary>Runs a command line, on no terminal.</summary>
    public static Outcome Run(params string[] args)
    {
        using var console = new TestConsole();
        using var output = new StringWriter();
        using var error = new StringWriter();
        int exitCode = new Application(console, output, error).Run(args);
        Assert.Equal("", console.Output);
        return new Outcome(exitCode, output.ToString(), error.ToString());
    }
}

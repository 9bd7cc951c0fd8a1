using System.Runtime.CompilerServices;
using CifarFast.Trainer;
using Spectre.Console;

return FileHandles.AreEnough() ? Run(args) : ExitCode.Failure;

// A method of its own, as what it needs is loaded before its first line.
[MethodImpl(MethodImplOptions.NoInlining)]
static int Run(string[] args)
{
    OutputPipe? pipe = OutputPipe.Find();
    var output = new SteadyWriter(
        pipe is null ? Console.Out : TextWriter.Synchronized(new StreamWriter(pipe, Console.OutputEncoding) { AutoFlush = true }));
    Console.SetOut(output);
    Console.SetError(new SteadyWriter(Console.Error));
    Stream? input = Console.IsInputRedirected ? Console.OpenStandardInput() : null;
    return new Application(AnsiConsole.Console, output, Console.Error, pipe ?? Console.OpenStandardOutput()) { Input = input }.Run(args);
}

using System.CommandLine;
using System.CommandLine.Parsing;
using CifarFast.Engine.Data;
using CifarFast.Engine.Layers;
using CifarFast.Engine.Simd;
using CifarFast.Trainer.Commands;
using Spectre.Console;

namespace CifarFast.Trainer;

/// <summary>
/// The program: finds the command a person typed, runs it, and turns every expected trouble into one line on standard error.
/// </summary>
/// <param name="console">The terminal, for what is drawn.</param>
/// <param name="output">Standard output, for help and plain lines.</param>
/// <param name="error">Standard error.</param>
internal sealed class Application(IAnsiConsole console, TextWriter output, TextWriter error)
{
    /// <summary>Runs the command line and returns the process's exit code.</summary>
    public int Run(IReadOnlyList<string> args)
    {
        var root = new RootCommand("Trains convolutional networks on CIFAR-10 on the CPU you have, in pure C#.");
        root.Subcommands.Add(TrainCommand.Create(new Session(console, output, error)));
        ParseResult parsed = root.Parse(args.Count == 0 ? ["--help"] : args);
        if (parsed.Errors is [ParseError first, ..])
        {
            string command = parsed.CommandResult.Command == root ? "" : parsed.CommandResult.Command.Name + " ";
            return Fail(ExitCode.Usage, $"{first.Message} See 'cifarfast {command}--help'.");
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (Exception trouble) when (trouble is UsageException or SimdTierException)
        {
            return Fail(ExitCode.Usage, trouble.Message);
        }
        catch (Exception trouble) when (trouble is DataException or ShapeException or RunException or IOException or UnauthorizedAccessException)
        {
            return Fail(ExitCode.Failure, trouble.Message);
        }
        catch (OutOfMemoryException)
        {
            return Fail(ExitCode.Failure, "there is not enough memory; a smaller --batch-size needs less");
        }
    }

    private int Fail(int code, string message)
    {
        error.WriteLine($"cifarfast: {message.ReplaceLineEndings(" ").Trim()}");
        return code;
    }
}

using System.CommandLine;
using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Data;
using CifarFast.Engine.Distributed;
using CifarFast.Engine.Formats.Onnx;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Simd;
using CifarFast.Trainer.Commands;
using CifarFast.Trainer.Console;
using Spectre.Console;

namespace CifarFast.Trainer;

/// <summary>
/// The program: finds the command a person typed, runs it, and turns every expected error into one line on standard error.
/// </summary>
/// <param name="console">The terminal, for what is drawn.</param>
/// <param name="output">Standard output, for help and plain lines.</param>
/// <param name="error">Standard error.</param>
/// <param name="bytes">Standard output, for files that are written there.</param>
internal sealed class Application(IAnsiConsole console, SteadyWriter output, TextWriter error, Stream bytes)
{
    private Action? _joinToFail;

    /// <summary>Standard input, or null where that is the terminal.</summary>
    public Stream? Input { get; init; }

    /// <summary>Where decoded pictures are kept, or null where the user has no such place.</summary>
    public string? CacheDirectory { get; init; } = CacheLocation.Find();

    /// <summary>Runs the command line and returns the process's exit code.</summary>
    public int Run(IReadOnlyList<string> args)
    {
        var session = new Session(console, output, error, bytes, SelfCommand.Line(args)) { Input = Input, CacheDirectory = CacheDirectory };
        int code = Run(session, args);
        session.EndAll?.Invoke(code);
        return code;
    }

    private int Run(Session session, IReadOnlyList<string> args)
    {
        var root = new RootCommand("Trains convolutional networks on CIFAR-10 on the CPU you have, in pure C#.");
        root.Subcommands.Add(TrainCommand.Create(session));
        root.Subcommands.Add(EvalCommand.Create(session));
        root.Subcommands.Add(PredictCommand.Create(session));
        root.Subcommands.Add(ReportCommand.Create(session));
        root.Subcommands.Add(CompareCommand.Create(session));
        root.Subcommands.Add(ExportCommand.Create(session));
        root.Subcommands.Add(ImportCommand.Create(session));
        root.Subcommands.Add(RecipesCommand.Create(session));
        root.Subcommands.Add(InfoCommand.Create(session));
        // An argument that begins with @ is a name like any other, no file of further arguments.
        var parsing = new ParserConfiguration { ResponseFileTokenReplacer = null };
        ParseResult parsed = root.Parse(args.Count == 0 ? ["--help"] : args, parsing);
        _joinToFail = args is ["train", ..] ? () => session.EndAll ??= Processes.JoinToEnd(TrainCommand.DistributedOf(parsed)) : null;
        if (CommandLineErrors.Find(parsed) is string trouble)
        {
            string command = parsed.CommandResult.Command == root ? "" : parsed.CommandResult.Command.Name + " ";
            return Fail(ExitCode.Usage, $"{trouble} See 'cifarfast {command}--help'.");
        }

        try
        {
            int code = parsed.Invoke(new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
            return output is { Failure: Exception failure, OnFirstFailure: null } && code is ExitCode.Success or ExitCode.Failure ? EndWithout(failure) : code;
        }
        catch (Exception exception) when (exception is UsageException or SimdTierException)
        {
            return Fail(ExitCode.Usage, exception.Message);
        }
        catch (IOException exception) when (OutputPipe.HasNoReader(exception))
        {
            return EndWithout(exception);
        }
        catch (CheckpointException exception) when (exception.Details.Count > 0)
        {
            int code = Fail(ExitCode.Failure, $"{exception.Message}; --map old=new says which tensor is which:");
            exception.Details.ToList().ForEach(error.WriteLine);
            return code;
        }
        catch (Exception exception) when (exception is DataException or CheckpointException or OnnxException or ShapeException or RunException or CollectiveException or IOException or UnauthorizedAccessException)
        {
            return Fail(ExitCode.Failure, exception.Message);
        }
        catch (OutOfMemoryException)
        {
            return Fail(ExitCode.Failure, "there is not enough memory; a smaller --batch-size needs less");
        }
        catch (Exception exception) when (exception.GetBaseException() is DllNotFoundException missing)
        {
            return Fail(ExitCode.Failure, $"pictures can be neither read nor drawn here: {missing.Message.Split('\n')[0]}");
        }
    }

    /// <summary>What was said is lost: quietly, where whoever read it had enough.</summary>
    private int EndWithout(Exception failure) =>
        OutputPipe.HasNoReader(failure) ? ExitCode.BrokenPipe : Fail(ExitCode.Failure, OutputPipe.Describe(failure));

    private int Fail(int code, string message)
    {
        _joinToFail?.Invoke();
        error.WriteLine($"cifarfast: {PlainText.OneLine(message)}");
        return code;
    }
}

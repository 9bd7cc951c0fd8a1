using CifarFast.Trainer;
using CifarFast.Trainer.Runs;
using Spectre.Console;

Console.SetError(new SteadyWriter(Console.Error, static _ => { }));
Console.SetOut(new SteadyWriter(
    Console.Out,
    static error => Console.Error.WriteLine($"cifarfast: WARNING: standard output cannot be written to: {Reason.Of(error)} What is said there is lost; the run goes on.")));
return new Application(AnsiConsole.Console, Console.Out, Console.Error, Console.OpenStandardOutput()).Run(args);

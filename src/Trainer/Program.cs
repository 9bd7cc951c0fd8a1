using CifarFast.Trainer;
using Spectre.Console;

return new Application(AnsiConsole.Console, Console.Out, Console.Error).Run(args);

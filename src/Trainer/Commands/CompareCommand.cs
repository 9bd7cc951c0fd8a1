using System.CommandLine;
using CifarFast.Trainer.Console;
using CifarFast.Trainer.Reports;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Commands;

/// <summary>The command <c>compare</c>: several runs in one table and one picture.</summary>
internal static class CompareCommand
{
    private const string DefaultPicture = "comparison.png";

    /// <summary>Makes the command.</summary>
    public static Command Create(Session session)
    {
        var names = new Argument<string[]>("run") { Description = "The runs' folders.", Arity = ArgumentArity.OneOrMore };
        var picture = new Option<string>("--out")
        {
            Description = $"The picture of the curves, or {OutputFile.StandardOutput} for standard output. Default: {DefaultPicture}. Only pictures that compare made are written over.",
            HelpName = "file.png",
            DefaultValueFactory = _ => DefaultPicture,
        };
        var command = new Command("compare", "Puts runs side by side: a table, and a picture of their curves.") { names, picture };
        command.SetAction(parsed =>
        {
            string name = parsed.GetValue(picture)!;
            var file = OutputFile.Find(picture.Name, name, session);
            if (name != OutputFile.StandardOutput && !Path.GetExtension(name).Equals(".png", StringComparison.OrdinalIgnoreCase))
            {
                throw new UsageException($"{picture.Name}: '{name}' does not end in .png, which is what the picture is; name it so");
            }

            file.MustBeOwn(PictureMark.IsIn, parsed.CommandResult.Command.Name);
            RunRecord[] runs = [.. parsed.GetValue(names)!.Select(RunRecord.Find)];
            TextWriter text = OutputFile.KeepApart(session, file, session.Error).Output;
            RunTableView.Write(text, runs);
            if (runs.All(run => run.Epochs.Count == 0))
            {
                throw new RunException("none of the runs has done an epoch, so there are no curves to draw");
            }

            byte[] png = PictureMark.Add(Curves.Compare([.. runs.Zip(RunTableView.Names(runs), (run, name) => (name, run))], Theme.Light));
            file.Write(stream => stream.Write(png));
            text.WriteLine();
            text.WriteLine($"curves: {file}");
        });
        return command;
    }
}

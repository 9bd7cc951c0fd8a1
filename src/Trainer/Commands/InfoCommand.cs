using System.CommandLine;
using CifarFast.Trainer.Console;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Commands;

/// <summary>The command <c>info</c>: what this machine has to train with.</summary>
internal static class InfoCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Session session)
    {
        Option<string?> data = CommonOptions.Data();
        var json = new Option<string?>("--json") { Description = "Write it to this file, too.", HelpName = "file" };
        var command = new Command("info", "Tells what this machine has: processor, instructions and what they reach, data, runs.") { data, json };
        command.SetAction(parsed =>
        {
            OutputFile? record = parsed.GetValue(json) is string file ? OutputFile.Find(json.Name, file) : null;
            return Interruptible.Run(cancellation =>
            {
                var info = InfoSummary.Collect(parsed.GetValue(data), cancellation);
                InfoView.Write(session.Output, info);
                record?.Write(info.Save);
            });
        });
        return command;
    }
}

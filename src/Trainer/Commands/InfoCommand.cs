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
        Option<string?> json = CommonOptions.Json("it");
        var command = new Command("info", "Tells what this machine has: processor, instructions and what they reach, data, runs.") { data, json };
        command.SetAction(parsed =>
        {
            OutputFile? record = OutputFile.Find(json, parsed, session);
            return Interruptible.Run(cancellation =>
            {
                var info = InfoSummary.Collect(parsed.GetValue(data), cancellation);
                InfoView.Write(OutputFile.KeepApart(session, record, TextWriter.Null).Output, info);
                record?.Write(info.Write);
            });
        });
        return command;
    }
}

using CifarFast.Trainer.Commands;
using Spectre.Console;

namespace CifarFast.Trainer.Tests.Commands;

public class TrainCommandTests
{
    [Theory]
    [InlineData("", DistributedKind.Auto)]
    [InlineData("--distributed off", DistributedKind.Off)]
    [InlineData("--distributed=off", DistributedKind.Off)]
    [InlineData("--epochs many --distributed MPI --no-such-option", DistributedKind.Mpi)]
    [InlineData("--out off", DistributedKind.Auto)]
    [InlineData("--distributed none", DistributedKind.Auto)]
    [InlineData("--distributed", DistributedKind.Auto)]
    [InlineData("--distributed off --distributed off", DistributedKind.Auto)]
    internal void A_wrong_command_line_tells_whether_it_was_to_share_the_work(string line, DistributedKind kind)
    {
        var session = new Session(AnsiConsole.Console, TextWriter.Null, TextWriter.Null, Stream.Null, "");
        string[] args = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(kind, TrainCommand.DistributedOf(TrainCommand.Create(session).Parse(args)));
    }
}

using CifarFast.Engine.Tests.Data;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>Terminals that have hardly any columns, with processes of their own in them.</summary>
public sealed class NarrowTerminalTests : IDisposable
{
    private const string ControlC = "\x03";

    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public async Task Commands_come_to_their_end()
    {
        string data = TinyCifar.WriteDirectory(_temporary.Below("data"));
        foreach (string[] args in (string[][])[["train", "--epochs", "1", "--out", "run"], ["report", "run"], ["eval", "--checkpoint", "run"]])
        {
            using var process = CifarfastProcess.StartInTerminal(_temporary.Path, columns: 11, [.. args, "--data", data]);
            Outcome outcome = await process.EndAsync();
            Assert.Contains("confusion", outcome.Output);
            Assert.Equal(ExitCode.Success, outcome.ExitCode);
        }
    }

    [Fact]
    public async Task Control_C_ends_training_with_the_line_that_resumes()
    {
        CifarfastProcess.SkipUnlessSignalsAreHeeded();
        string data = TinyCifar.WriteDirectory(_temporary.Below("data"));
        using var process = CifarfastProcess.StartInTerminal(
            _temporary.Path, columns: 1, "train", "--data", data, "--epochs", "1000000", "--out", "run");
        await process.WaitUntilAsync(() => File.Exists(_temporary.Below("run", "config.json")));

        await process.TypeAsync(ControlC);

        Outcome outcome = await process.EndAsync();
        Assert.EndsWith(" train --resume run", outcome.Lines[^2]);
        Assert.Equal(ExitCode.Interrupted, outcome.ExitCode);
    }
}

using CifarFast.Engine.Tests.Data;
using CifarFast.Trainer.Tests.Commands;

namespace CifarFast.Trainer.Tests.Troubles;

/// <summary>What a run says can be lost, the run cannot; of the other commands, what they say is what they are for.</summary>
public sealed class LostOutputTests(TrainedRun run) : IClassFixture<TrainedRun>, IDisposable
{
    /// <summary>Gives the program a pipe whose only reader has gone.</summary>
    private const string WithoutReader = "mkfifo pipe; exec 3<>pipe 4>pipe 3<&-; rm pipe; exec \"$0\" \"$@\" >&4 4>&-";

    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void A_writer_that_fails_is_told_of_once()
    {
        var failures = new List<Exception>();
        using var writer = new SteadyWriter(new FailingWriter()) { OnFirstFailure = failures.Add };
        writer.Write('a');
        writer.Write("text");
        writer.WriteLine("line");
        writer.Write(['a', 'b'], 0, 2);
        writer.Write("span".AsSpan());
        writer.Flush();
        Assert.IsType<IOException>(Assert.Single(failures));
        Assert.Same(failures[0], writer.Failure);
    }

    [Fact]
    public void A_writer_that_works_gets_all()
    {
        using var inner = new StringWriter();
        using var writer = new SteadyWriter(inner) { NewLine = "\n" };
        writer.Write('a');
        writer.Write("b");
        writer.WriteLine("c");
        writer.Write(['d', 'e'], 1, 1);
        writer.WriteLine();
        Assert.Equal("abc\ne\n", inner.ToString());
        Assert.Null(writer.Failure);
    }

    [Theory]
    [InlineData("eval", "RUN")]
    [InlineData("eval", "RUN", "--json", "-")]
    [InlineData("predict", "RUN", "PICTURE")]
    [InlineData("predict", "RUN", "PICTURE", "--json", "-")]
    [InlineData("report", "RUN")]
    [InlineData("compare", "RUN")]
    [InlineData("export", "RUN", "--format", "npz", "--out", "-")]
    [InlineData("info")]
    [InlineData("--help")]
    [InlineData("train", "--help")]
    [InlineData("--version")]
    public async Task Results_that_are_lost_are_a_failure(params string[] args)
    {
        Outcome full = await RunAsync("exec \"$0\" \"$@\" > /dev/full", args);
        full.EndedWith(ExitCode.Failure, "standard output cannot be written to: ", " space ");
        Outcome closed = await RunAsync("exec \"$0\" \"$@\" >&-", args);
        closed.EndedWith(ExitCode.Failure, "standard output cannot be written to: it is closed.");
        Outcome unread = await RunAsync(WithoutReader, args);
        Assert.Equal((ExitCode.BrokenPipe, ""), (unread.ExitCode, unread.Error));
    }

    [Theory]
    [InlineData("export", "RUN", "--format", "npz", "--out", "-")]
    [InlineData("import", "weights", "--out", "-")]
    [InlineData("compare", "RUN", "--out", "-")]
    public async Task No_terminal_is_filled_with_what_it_cannot_show(params string[] args)
    {
        using CifarfastProcess process = CifarfastProcess.StartInTerminal(
            _temporary.Path, 200, [.. args.Select(arg => arg == "RUN" ? run.Directory : arg)]);
        Outcome outcome = await process.EndAsync();
        Assert.Equal(ExitCode.Usage, outcome.ExitCode);
        Assert.Contains("cifarfast: --out - is standard output, which is the terminal; pipe it into something, or name a file", Assert.Single(outcome.Output.TrimEnd().Split('\n')));
    }

    [Fact]
    public async Task Files_are_written_all_the_same()
    {
        Outcome outcome = await RunAsync("exec \"$0\" \"$@\" > /dev/full", "predict", "RUN", "PICTURE", "--json", "record.json");
        outcome.EndedWith(ExitCode.Failure, "standard output cannot be written to: ");
        Assert.Contains("probabilities", await File.ReadAllTextAsync(_temporary.Below("record.json"), TestContext.Current.CancellationToken));
        outcome = await RunAsync(WithoutReader, "eval", "RUN", "--json", "figures.json");
        Assert.Equal((ExitCode.BrokenPipe, ""), (outcome.ExitCode, outcome.Error));
        Assert.Contains("accuracy", await File.ReadAllTextAsync(_temporary.Below("figures.json"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Without_a_reader_of_the_output_pictures_are_not_looked_at()
    {
        Outcome outcome = await RunAsync(WithoutReader, "predict", "RUN", "missing.png");
        Assert.Equal((ExitCode.BrokenPipe, ""), (outcome.ExitCode, outcome.Error));
    }

    [Theory]
    [InlineData("exec \"$0\" \"$@\" > /dev/full")]
    [InlineData("exec \"$0\" \"$@\" >&-")]
    [InlineData(WithoutReader)]
    public async Task A_log_that_is_lost_ends_no_run(string script)
    {
        Outcome outcome = await RunAsync(script, "train", "--data", run.Data, "--limit-train", "8", "--epochs", "1", "--out", "run");
        outcome.EndedWith(ExitCode.Success, "cifarfast: WARNING: standard output cannot be written to: ", "; the run goes on.");
        Assert.Equal("completed", Summary.Load(_temporary.Below("run")).Text("status"));
        Assert.True(File.Exists(_temporary.Below("run", "report.html")));
    }

    private async Task<Outcome> RunAsync(string script, params string[] args)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "this system has no /dev/full");
        string picture = _temporary.Below("picture.png");
        if (!File.Exists(picture))
        {
            File.Copy(Path.Combine(run.Directory, "pictures", "loss.png"), picture);
        }

        using CifarfastProcess process = CifarfastProcess.StartInShell(
            _temporary.Path, script, [.. args.Select(arg => arg == "RUN" ? run.Directory : arg == "PICTURE" ? picture : arg)]);
        return await process.EndAsync();
    }

    /// <summary>As the console's writer is once its terminal is gone.</summary>
    private sealed class FailingWriter : TextWriter
    {
        public override System.Text.Encoding Encoding => System.Text.Encoding.UTF8;

        public override void Write(char value) => throw new IOException("Input/output error");

        public override void Flush() => throw new IOException("Input/output error");
    }
}

using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Tests.Data;
using CifarFast.Trainer.Tests.Commands;

namespace CifarFast.Trainer.Tests.Troubles;

/// <summary>Runs whose files cannot be written, for a while or to the end.</summary>
public sealed class DiskTroubleTests(UninterruptedRun example) : IClassFixture<UninterruptedRun>
{
    private const string Warning = "cifarfast: WARNING: the run's files cannot be written: ";

    [Theory]
    [InlineData(nameof(FullDisk))]
    [InlineData(nameof(FileInTheWay))]
    [InlineData(nameof(UnwritableFolder))]
    public void Trouble_that_passes_is_told_and_costs_nothing(string kind)
    {
        // The checkpoint of epoch 1 fails; that of epoch 2 has waited for it, so it has been told of by epoch 3.
        using ITrouble trouble = Make(kind);
        Outcome outcome = Cifarfast.RunWith([("epoch 1/3 batch 50", trouble.Begin), ("epoch 3/3 batch 50", trouble.End)], CommandLine(trouble));

        Assert.Equal(ExitCode.Success, outcome.ExitCode);
        AssertWarnedOnce(outcome);
        Assert.Single(outcome.Lines, "the run's files are written again");
        RunFiles.AssertSameEndAndFiles(example.Directory, trouble.Run);
    }

    [Theory]
    [InlineData(nameof(FullDisk))]
    [InlineData(nameof(FileInTheWay))]
    [InlineData(nameof(UnwritableFolder))]
    public void Trouble_that_lasts_leaves_a_run_that_can_go_on(string kind)
    {
        using ITrouble trouble = Make(kind);
        Outcome outcome = Cifarfast.RunWith([("epoch 1/3 batch 50", trouble.Begin)], CommandLine(trouble));

        AssertCanGoOn(outcome, trouble.Run);
        trouble.End();
        Cifarfast.Run("train", "--no-report", "--resume", trouble.Run).Succeeded();
        RunFiles.AssertSameEndAndFiles(example.Directory, trouble.Run);
    }

    [Fact]
    public async Task A_limit_of_file_sizes_is_a_full_disk()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "this system has no limit of file sizes");
        using var temporary = new TemporaryDirectory();
        string run = temporary.Below("my run");
        Cifarfast.Run(example.CommandLine(run, more: ["--max-steps", "30"])).Succeeded();

        // Less than a checkpoint, more than all else. What .NET maps for its code counts as a file, unless it is told to do without.
        const string Limited = "ulimit -S -f 2000; export DOTNET_EnableWriteXorExecute=0; exec \"$0\" \"$@\"";
        using CifarfastProcess limited = CifarfastProcess.StartInShell(temporary.Path, Limited, "train", "--no-report", "--resume", "my run", "--max-steps", "100000");
        Outcome outcome = await limited.EndAsync();

        string command = AssertCanGoOn(outcome, run, "my run");
        Assert.Contains("the limit of file sizes (ulimit -f)", outcome.Error);
        using CifarfastProcess unlimited = CifarfastProcess.StartInShell(temporary.Path, $"exec {command} --no-report");
        (await unlimited.EndAsync()).Succeeded();
        RunFiles.AssertSameEndAndFiles(example.Directory, run);
    }

    private static ITrouble Make(string kind) => kind switch
    {
        nameof(FullDisk) => new FullDisk(),
        nameof(FileInTheWay) => new FileInTheWay(),
        _ => new UnwritableFolder(),
    };

    /// <summary>With a first checkpoint after batch 50, so that none is being written when the trouble begins.</summary>
    private string[] CommandLine(ITrouble trouble) => example.CommandLine(trouble.Run, checkpointEvery: 51);

    private static void AssertWarnedOnce(Outcome outcome) =>
        Assert.Single(outcome.Error.Split('\n'), line => line.StartsWith(Warning, StringComparison.Ordinal));

    /// <summary>Makes sure that the run said what is wrong and what it saved, and that this is so; returns the command line it tells to type.</summary>
    private static string AssertCanGoOn(Outcome outcome, string run, string? name = null)
    {
        const string GoOn = " and go on from there: ";
        Assert.Equal(ExitCode.Failure, outcome.ExitCode);
        AssertWarnedOnce(outcome);
        Assert.Empty(Directory.GetFiles(run, "*.tmp", SearchOption.AllDirectories));
        var last = Checkpoint.Read(Path.Combine(run, "checkpoints", "last.safetensors"));
        Assert.InRange(last.State.Step, 0, UninterruptedRun.BatchesOfEpoch - 1);

        string end = outcome.Error.TrimEnd().Split('\n')[^1];
        string lastName = Path.Combine(name ?? run, "checkpoints", "last.safetensors");
        Assert.StartsWith("cifarfast: not all of the run could be saved: ", end);
        string weights = Path.Combine(name ?? run, "weights.safetensors");
        bool areSaved = File.Exists(Path.Combine(run, "weights.safetensors")) && WeightsFile.Load(run).Metadata("steps") == $"{UninterruptedRun.Steps}";
        string saved = areSaved ? $", and {weights} the trained weights" : "";
        Assert.Contains($". {lastName} holds step {last.State.Step} of {UninterruptedRun.Steps}{saved}; make room, or make '{name ?? run}' writable,{GoOn}", end);
        return end[(end.IndexOf(GoOn, StringComparison.Ordinal) + GoOn.Length)..];
    }
}

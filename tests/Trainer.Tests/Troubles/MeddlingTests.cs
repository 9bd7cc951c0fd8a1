using CifarFast.Engine.Tests.Data;
using CifarFast.Trainer.Tests.Commands;

namespace CifarFast.Trainer.Tests.Troubles;

/// <summary>Runs whose folder is changed by other programs.</summary>
public sealed class MeddlingTests(UninterruptedRun example) : IClassFixture<UninterruptedRun>, IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    private string Run => _temporary.Below("run");

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData("", "config.json, metrics.csv, batches.csv, checkpoints/last.safetensors")]
    [InlineData("checkpoints", "checkpoints/last.safetensors")]
    [InlineData("metrics.csv", "metrics.csv")]
    [InlineData("batches.csv", "batches.csv")]
    [InlineData("config.json", "config.json")]
    [InlineData(".lock", null)]
    public void What_is_taken_away_comes_back(string name, string? told)
    {
        // Without checkpoints between, nothing is being written just then.
        Outcome outcome = Cifarfast.RunWith([("epoch 1/3 batch 50", () => TakeAway(name))], example.CommandLine(Run, checkpointEvery: 0));

        Assert.Equal(ExitCode.Success, outcome.ExitCode);
        Assert.Equal(
            told is null ? "" : $"cifarfast: WARNING: files of the run were removed from {Run} ({told.Replace('/', Path.DirectorySeparatorChar)}); what is known is written again{Environment.NewLine}",
            outcome.Error);
        RunFiles.AssertSameEndAndFiles(example.Directory, Run);
    }

    [Fact]
    public void A_best_checkpoint_that_was_taken_away_is_missed()
    {
        // Weights that hardly move classify as they did in the first epoch, so that one stays the best.
        Outcome outcome = Cifarfast.RunWith(
            [("epoch 3/3 done", () => TakeAway(""))], example.CommandLine(Run, checkpointEvery: 0, learningRate: "1e-12"));

        Assert.Equal(ExitCode.Success, outcome.ExitCode);
        Assert.Contains("; the best checkpoint comes back with the next epoch that is better", outcome.Error);
        Assert.Contains("best epoch by validation-accuracy: 1, whose checkpoint is not there", outcome.Lines);
        Assert.Equal(UninterruptedRun.Epochs, RunFiles.Rows(Path.Combine(Run, "metrics.csv")).Length);
        Assert.Equal($"{UninterruptedRun.Steps}", RunFiles.Checkpoint(Run, "last").Metadata("step"));
        Assert.Equal($"{UninterruptedRun.Steps}", WeightsFile.Load(Run).Metadata("steps"));
    }

    [Fact]
    public void A_second_trainer_is_refused_and_disturbs_nothing()
    {
        void TryToTrain()
        {
            string inUse = $"another trainer is at work in '{Run}'; wait for it, or name another directory with --out";
            Cifarfast.Run(example.CommandLine(Run)).EndedWith(ExitCode.Failure, $"--out: {inUse}");
            Cifarfast.Run("train", "--no-report", "--resume", Run).EndedWith(ExitCode.Failure, $"--resume: {inUse}");
        }

        Cifarfast.RunWith([("epoch 1/3 batch 50", TryToTrain), ("epoch 2/3 done", TryToTrain)], example.CommandLine(Run)).Succeeded();
        RunFiles.AssertSameEndAndFiles(example.Directory, Run);
    }

    /// <summary>Takes a file or directory of the run away, or all of it, in one go.</summary>
    private void TakeAway(string name)
    {
        string path = Path.Combine(Run, name);
        string attic = _temporary.Below("attic");
        if (Directory.Exists(path))
        {
            Directory.Move(path.TrimEnd(Path.DirectorySeparatorChar), attic);
        }
        else
        {
            File.Move(path, attic);
        }
    }
}
